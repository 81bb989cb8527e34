-- Purchases in MART and their amount (roubles) by UTC day, for the last 60 days up to the newest purchase.
SELECT
    toDate(purchase_datetime) AS day,
    count() AS purchases,
    sum(total_amount) AS amount
FROM mart.purchases
WHERE purchase_datetime >= (SELECT max(newest.purchase_datetime) FROM mart.purchases AS newest) - INTERVAL 60 DAY
GROUP BY day
ORDER BY day WITH FILL
