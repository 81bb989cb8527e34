-- The customers who bought most often, to select from; any other id can be typed.
SELECT customer_id
FROM mart.purchases
GROUP BY customer_id
ORDER BY
    count() DESC,
    customer_id ASC
LIMIT 500
