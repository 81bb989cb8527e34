-- A moment that is given as a number: 9 or 10 digits are seconds since 1970, 11 to 13 milliseconds, 16 microseconds;
-- NULL for any other number, and for 12 digits that are also a time of a calendar.
-- '1714557600', '1714557600000' -> 2024-05-01 10:00:00   '20240501', '12', '202401201100' -> NULL
CREATE OR REPLACE FUNCTION shop_epoch{{ on_cluster }} AS (written) ->
    fromUnixTimestamp64Milli(
        toInt64OrNull(
            multiIf(
                match(written, '^-?[0-9]{9,10}$'), concat(written, '000'),
                shop_is_calendar_number(written), '',
                match(written, '^-?[0-9]{11,13}$'), written,
                match(written, '^[0-9]{16}$'), substring(written, 1, 13),
                ''
            )
        ),
        'UTC'
    )
