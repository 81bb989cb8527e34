-- The ids that a matrix as of a moment must have, each once.
-- Variables: moment, in milliseconds since 1970.
SELECT DISTINCT customer_id
FROM mart.customers
WHERE registration_date < fromUnixTimestamp64Milli({{ moment }}, 'UTC')
