-- The day that was written, as Date32, whatever the time zone, of a text and its form in ISO 8601; the day of seconds or
-- milliseconds since the epoch is that of SHOP_SOURCE_TIMEZONE. NULL for the first of January 1900, the empty date of SQL
-- Server and Excel: that of Unix is a birthday too.
-- '1990-05-17', '1990-05-17t00:00:00+03:00', '17.05.1990' -> 1990-05-17   '643075200000' -> 1990-05-19
-- '05/06/1990', '345600000', '1900-01-01' -> NULL
-- Variables: source_timezone, the name of a time zone.
CREATE OR REPLACE FUNCTION shop_day{{ on_cluster }} AS (written, iso) ->
    nullIf(
        if(
            iso != '',
            toDate32(shop_within_calendar(parseDateTime64BestEffortOrNull(substring(iso, 1, 10), 3, 'UTC'))),
            arrayMap(
                number -> toDate32(toTimeZone(shop_within_calendar(shop_epoch(number)), '{{ source_timezone }}')),
                [if(shop_is_day_number(written), '', written)]
            )[1]
        ),
        toDate32('1900-01-01')
    )
