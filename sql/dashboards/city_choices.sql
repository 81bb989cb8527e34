-- What can be chosen as city: as MART writes it, in lower case.
SELECT DISTINCT CAST(store_city AS String) AS city
FROM mart.purchases
WHERE isNotNull(store_city)
ORDER BY city
