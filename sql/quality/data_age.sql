-- How old the newest thing of each stage is, in hours: the newest message in RAW by kind of what changes every day, and
-- the newest publication of features. A stage that holds nothing is as old as the epoch.
SELECT
    stage,
    newest,
    dateDiff('second', newest, now64(3)) / 3600 AS age_hours
FROM (
    SELECT
        'purchases' AS stage,
        toDateTime64(max(ingested_at), 3, 'UTC') AS newest
    FROM raw.purchases
    UNION ALL
    SELECT
        'features' AS stage,
        max(published_at) AS newest
    FROM mart.customer_features
) AS stages
ORDER BY stage
