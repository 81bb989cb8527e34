-- The purchases before a moment, one row each, with the columns that the features need; those of one customer with
-- their ids.
-- Variables: moment, in milliseconds since 1970; of_one, whether only those of the parameter `customer`.
SELECT
    {% if of_one %}
    purchase_id,
    {% endif %}
    customer_id,
    store_id,
    store_city,
    toUnixTimestamp64Milli(purchase_datetime) AS purchase_datetime_ms,
    total_amount,
    toString(payment_method) AS payment_method,
    is_delivery,
    toInt64(line_count) AS line_count,
    has_bakery,
    has_meat,
    has_dairy,
    has_fruit,
    has_vegetable,
    has_organic,
    has_time
FROM mart.baskets
WHERE
    purchase_datetime < fromUnixTimestamp64Milli({{ moment }}, 'UTC')
    {% if of_one %}
    AND customer_id = {customer:String}
    {% endif %}
