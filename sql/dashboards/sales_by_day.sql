-- Revenue, purchases and average basket of each day in the business time zone.
-- Reads: dashboards/filtered_purchases
SELECT
    toDateTime(toStartOfDay(purchase_datetime, {timezone:String})) AS day,
    toFloat64(sum(amount)) AS revenue,
    toInt64(count()) AS purchases,
    toFloat64(sum(amount)) / count() AS average_basket
FROM filtered_purchases
GROUP BY day
ORDER BY day
