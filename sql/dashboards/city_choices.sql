-- The cities that can be selected, as MART writes them, in lower case.
SELECT DISTINCT CAST(store_city AS String) AS city
FROM mart.purchases
WHERE isNotNull(store_city)
ORDER BY city
