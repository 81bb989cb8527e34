-- How old the newest thing of each stage is, in hours: for purchases, since the newest message came to RAW; for
-- features, since 10:00 UTC of the day after the newest published one, when its report is due: who publishes it earlier
-- by hand does not make the next one late. A stage that holds nothing is as old as the epoch.
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
