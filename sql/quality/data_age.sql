-- The age of the newest data of each stage, in hours. For purchases: since the newest message arrived in RAW. For
-- features: since 10:00 UTC of the day after the newest published one, when its report is due, so that an early
-- publication does not make the next one late. A stage without data is as old as the epoch.
SELECT
    stage,
    since,
    greatest(dateDiff('second', since, now64(3)) / 3600, 0) AS age_hours
FROM (
    SELECT
        'purchases' AS stage,
        toDateTime64(max(ingested_at), 3, 'UTC') AS since
    FROM raw.purchases
    UNION ALL
    SELECT
        'features' AS stage,
        toDateTime64(max(ds) + 1, 3, 'UTC') + INTERVAL 10 HOUR AS since
    FROM mart.customer_features
) AS stages
ORDER BY stage
