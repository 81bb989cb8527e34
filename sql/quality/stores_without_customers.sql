-- The stores in which no customer registered.
SELECT
    stores.store_id,
    stores.store_name
FROM mart.stores AS stores
WHERE
    stores.store_id NOT IN (
        SELECT customers.purchase_location_store_id
        FROM mart.customers AS customers
        WHERE isNotNull(customers.purchase_location_store_id)
    )
ORDER BY stores.store_id
