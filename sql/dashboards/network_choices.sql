-- What can be chosen as network: as MART writes it, in lower case.
SELECT DISTINCT CAST(store_network AS String) AS network
FROM mart.purchases
WHERE isNotNull(store_network)
ORDER BY network
