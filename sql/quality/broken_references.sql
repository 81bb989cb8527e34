-- References to something that MART does not show, and purchases earlier than their customer's registration; all of
-- them stay in MART. One row of counts. The pseudonyms of erased customers refer to nobody.
SELECT
    (
        SELECT count() FROM mart.purchases
        WHERE
            customer_id NOT IN (SELECT customers.customer_id FROM mart.customers AS customers)
            AND NOT startsWith(customer_id, 'erased-')
    ) AS purchases_of_unknown_customers,
    (
        SELECT count() FROM mart.purchases
        WHERE store_id NOT IN (SELECT stores.store_id FROM mart.stores AS stores)
    ) AS purchases_in_unknown_stores,
    (
        SELECT count() FROM mart.purchase_items
        WHERE coalesce(product_id, '') NOT IN (SELECT products.product_id FROM mart.products AS products)
    ) AS lines_of_unknown_products,
    (
        SELECT count() FROM mart.customers
        WHERE
            isNotNull(purchase_location_store_id)
            AND assumeNotNull(purchase_location_store_id) NOT IN (SELECT stores.store_id FROM mart.stores AS stores)
    ) AS customers_of_unknown_stores,
    (
        SELECT count()
        FROM mart.purchases AS purchases
        INNER JOIN mart.customers AS customers ON purchases.customer_id = customers.customer_id
        WHERE
            purchases.purchase_datetime < customers.registration_date
            -- A day alone is not before a moment of that day, which begins where the purchase does.
            AND (purchases.has_time OR customers.registration_date >= addDays(purchases.purchase_datetime, 1))
    ) AS purchases_before_registration
