-- A moment that is given as a number: 9 or 10 digits are seconds since 1970, 11 to 13 milliseconds, 16 microseconds;
-- NULL for any other number.   '1714557600', '1714557600000' -> 2024-05-01 10:00:00   '20240501', '12' -> NULL
CREATE OR REPLACE FUNCTION shop_epoch{{ on_cluster }} AS (written) ->
    fromUnixTimestamp64Milli(
        toInt64OrNull(
            multiIf(
                match(written, '^-?[0-9]{9,10}$'), concat(written, '000'),
                match(written, '^-?[0-9]{11,13}$'), written,
                match(written, '^[0-9]{16}$'), substring(written, 1, 13),
                ''
            )
        ),
        'UTC'
    )
