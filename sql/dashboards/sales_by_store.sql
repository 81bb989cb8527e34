-- Revenue and purchases of the period by store, with where the store stands where that is known.
-- Reads: dashboards/chosen_purchases, dashboards/store_names
SELECT
    chosen_purchases.store_id AS store_id,
    any(chosen_purchases.city) AS city,
    any(chosen_purchases.network) AS network,
    any(store_names.latitude) AS latitude,
    any(store_names.longitude) AS longitude,
    toFloat64(sum(chosen_purchases.amount)) AS revenue,
    toInt64(count()) AS purchases
FROM chosen_purchases
LEFT JOIN store_names ON chosen_purchases.store_id = store_names.store_id
GROUP BY store_id
ORDER BY
    revenue DESC,
    store_id ASC
