-- A moment that is given as a number: 9 or 10 digits are seconds since 1970, 11 to 13 milliseconds, 16 microseconds;
-- NULL for any other number, for 12 digits that are also a time of a calendar, and for a text of digits that begins with
-- 0, which no such number does.
-- '1714557600', '1714557600000' -> 2024-05-01 10:00:00   '20240501', '12', '202401201100', '0115261030' -> NULL
CREATE OR REPLACE FUNCTION shop_epoch{{ on_cluster }} AS (written) ->
    fromUnixTimestamp64Milli(
        toInt64OrNull(
            multiIf(
                match(written, '^-?[1-9][0-9]{8,9}$'), concat(written, '000'),
                shop_is_calendar_number(written), '',
                match(written, '^-?[1-9][0-9]{10,12}$'), written,
                match(written, '^[1-9][0-9]{15}$'), substring(written, 1, 13),
                ''
            )
        ),
        'UTC'
    )
