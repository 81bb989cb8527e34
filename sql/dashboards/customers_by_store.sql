-- How many customers registered in each store; stores without customers have 0.
-- Reads: dashboards/store_names
SELECT
    store_names.store_id AS store_id,
    store_names.city AS city,
    store_names.network AS network,
    toInt64(countIf(customers.customer_id != '')) AS customers
FROM store_names
LEFT JOIN mart.customers AS customers ON store_names.store_id = customers.purchase_location_store_id
GROUP BY
    store_id,
    city,
    network
ORDER BY
    customers DESC,
    store_id ASC
