-- The names of the columns of the features' table.
SELECT name
FROM system.columns
WHERE database = 'mart' AND table = 'customer_features'
