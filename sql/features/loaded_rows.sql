-- How many rows and customers a staging table has.
-- Variables: staging, the table.
SELECT
    count() AS row_count,
    uniqExact(customer_id) AS customers
FROM {{ staging }}
