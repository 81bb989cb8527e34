-- The networks that can be selected, as MART writes them, in lower case.
SELECT DISTINCT CAST(store_network AS String) AS network
FROM mart.purchases
WHERE isNotNull(store_network)
ORDER BY network
