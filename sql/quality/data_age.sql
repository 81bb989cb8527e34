-- The age of the newest data of each stage, in hours. For purchases: since the newest message arrived in RAW. For
-- features: since a day before the next report is due, so that an early publication does not make the next one late.
-- It is due so many minutes after a midnight, on the next weekday that has a report. A stage without data is as old as
-- the epoch.
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
        toDateTime64(
            toDateTime(
                max(ds) + arrayFirst(
                    passed -> has({report_weekdays:Array(UInt8)}, toDayOfWeek(max(ds) + passed + 1)), range(1, 8)
                ),
                {timezone:String}
            ),
            3, 'UTC'
        ) + toIntervalMinute({report_minutes:UInt16}) AS since
    FROM mart.customer_features
) AS stages
ORDER BY stage
