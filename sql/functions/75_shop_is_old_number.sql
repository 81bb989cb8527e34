-- Whether a number, as a moment of a purchase or a registration, would be one before 1990, when none was recorded, or has
-- 9 digits: it may count something else, as .NET and SQL Server count seconds from the year 1, and Apple from 2001.
-- '63904154400', '784895400', '-1763202600' -> 1   '1714557600000', '1714557600' -> 0
CREATE OR REPLACE FUNCTION shop_is_old_number{{ on_cluster }} AS (written) ->
    multiIf(
        match(written, '^(?:-[0-9]{9,13}|[0-9]{9})$'), 1,
        match(written, '^[0-9]{11,13}$'), toInt64OrZero(coalesce(written, '')) < 631152000000,
        match(written, '^[0-9]{16}$'), toInt64OrZero(coalesce(written, '')) < 631152000000000,
        0
    )
