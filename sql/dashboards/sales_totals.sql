-- Revenue, purchases, average basket and buyers of the period; one row.
-- Reads: dashboards/filtered_purchases
SELECT
    toFloat64(sum(amount)) AS revenue,
    toInt64(count()) AS purchases,
    if(count() = 0, 0, toFloat64(sum(amount)) / count()) AS average_basket,
    toInt64(uniqExact(customer_id)) AS buyers
FROM filtered_purchases
