-- The customers registered before a moment, with the columns that the features need.
-- Variables: moment, in milliseconds since 1970; of_one, whether only the customer of the parameter `customer`.
SELECT
    customer_id,
    toUnixTimestamp64Milli(registration_date) AS registration_date_ms,
    toUInt8(coalesce(is_loyalty_member, false)) AS is_loyalty_member,
    loyalty_card_number
FROM mart.customers
WHERE
    registration_date < fromUnixTimestamp64Milli({{ moment }}, 'UTC')
    {% if of_one %}
    AND customer_id = {customer:String}
    {% endif %}
