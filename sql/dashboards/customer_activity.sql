-- Customers by day of the matrix: all, new, without purchases, and those whose latest purchase was 14 to 30 days ago.
SELECT
    toDateTime(ds, {timezone:String}) AS day,
    toInt64(count()) AS customers,
    toInt64(sum(new_customer)) AS new_customers,
    toInt64(sum(inactive_14_30)) AS inactive_customers,
    toInt64(sum(no_purchases)) AS without_purchases
FROM mart.customer_features
WHERE ds BETWEEN {first:Date} AND {last:Date}
GROUP BY ds
ORDER BY day
