-- The stores with names for display: MART has all text in lower case.
SELECT
    store_id,
    replaceAll(initcapUTF8(coalesce(city, '')), '-На-', '-на-') AS city,
    initcapUTF8(store_network) AS network,
    latitude,
    longitude
FROM mart.stores
