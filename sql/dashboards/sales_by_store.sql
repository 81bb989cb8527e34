-- Revenue and purchases of the period by store, with the store's coordinates if known.
-- Reads: dashboards/filtered_purchases, dashboards/store_names
SELECT
    filtered_purchases.store_id AS store_id,
    any(filtered_purchases.city) AS city,
    any(filtered_purchases.network) AS network,
    any(store_names.latitude) AS latitude,
    any(store_names.longitude) AS longitude,
    toFloat64(sum(filtered_purchases.amount)) AS revenue,
    toInt64(count()) AS purchases
FROM filtered_purchases
LEFT JOIN store_names ON filtered_purchases.store_id = store_names.store_id
GROUP BY store_id
ORDER BY
    revenue DESC,
    store_id ASC
