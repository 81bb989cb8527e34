-- The purchases of the period in the selected cities and networks; an empty name in the selection means all.
{% from 'macros/names.sql' import city_name -%}
SELECT
    purchase_id,
    customer_id,
    store_id,
    {{ city_name('store_city', 'не указан') }} AS city,
    initcapUTF8(coalesce(store_network, 'не указан')) AS network,
    purchase_datetime,
    total_amount AS amount,
    payment_method,
    is_delivery
FROM mart.purchases
WHERE
    purchase_datetime >= {period_start:DateTime('UTC')}
    AND purchase_datetime < {period_end:DateTime('UTC')}
    AND hasAny({cities:Array(String)}, ['', coalesce(store_city, '')])
    AND hasAny({networks:Array(String)}, ['', coalesce(store_network, '')])
