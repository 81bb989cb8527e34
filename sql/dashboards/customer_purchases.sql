-- The purchases of one customer, by id, newest first; at most 100.
{% from 'macros/names.sql' import city_name -%}
SELECT
    toDateTime(purchase_datetime) AS bought_at,
    purchase_id,
    store_id,
    {{ city_name('store_city', '') }} AS city,
    toInt64(line_count) AS lines,
    toFloat64(total_amount) AS amount
FROM mart.purchases
WHERE customer_id = {customer:String}
ORDER BY
    bought_at DESC,
    purchase_id ASC
LIMIT 100
