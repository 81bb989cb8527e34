-- The published days whose features have a customer, oldest first.
SELECT DISTINCT toString(ds) AS day
FROM mart.customer_features
WHERE customer_id IN {ids:Array(String)}
ORDER BY day
