-- The moment of a local time of ISO 8601 without an offset. ClickHouse takes the earlier moment of a time that comes
-- twice, and one hour too early a moment of a time that the clocks leave out: the difference is added.
-- '2024-03-31 02:30:00', 'Europe/Berlin' -> 01:30 UTC, which is 03:30 there
CREATE OR REPLACE FUNCTION shop_local_time{{ on_cluster }} AS (iso, zone) ->
    toTimeZone(
        addMilliseconds(
            parseDateTime64BestEffortOrNull(upper(iso), 3, zone),
            toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(upper(iso), 3, 'UTC'))
            - toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(upper(iso), 3, zone))
            - 1000 * timezoneOffset(parseDateTime64BestEffortOrNull(upper(iso), 3, zone))
        ),
        'UTC'
    )
