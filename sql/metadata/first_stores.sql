-- The first stores of MART.
SELECT
    store_id,
    store_name,
    store_network,
    city
FROM mart.stores
ORDER BY store_id
LIMIT 5
