-- The stores with names for display: MART has all text in lower case.
{% from 'macros/names.sql' import city_name -%}
SELECT
    store_id,
    {{ city_name('city', '') }} AS city,
    initcapUTF8(store_network) AS network,
    latitude,
    longitude
FROM mart.stores
