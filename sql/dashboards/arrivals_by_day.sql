-- How many messages RAW received on each day of the period, by kind.
SELECT
    toDateTime(toStartOfDay(ingested_at, {timezone:String})) AS day,
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    toInt64(count()) AS messages
FROM (
    SELECT
        'stores' AS kind,
        ingested_at
    FROM raw.stores
    UNION ALL
    SELECT
        'products' AS kind,
        ingested_at
    FROM raw.products
    UNION ALL
    SELECT
        'customers' AS kind,
        ingested_at
    FROM raw.customers
    UNION ALL
    SELECT
        'purchases' AS kind,
        ingested_at
    FROM raw.purchases
) AS messages
WHERE ingested_at >= {period_start:DateTime('UTC')}
GROUP BY
    day,
    name
ORDER BY
    day,
    name
