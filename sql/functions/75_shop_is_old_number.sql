-- Whether a number is milliseconds of a time before 1990, when no purchase was recorded: it may count something else, as
-- .NET and SQL Server count seconds from the year 1.   '63904154400' -> 1   '1714557600000', '631152000' -> 0
CREATE OR REPLACE FUNCTION shop_is_old_number{{ on_cluster }} AS (written) ->
    if(match(written, '^-?[0-9]{11,13}$'), toInt64OrZero(coalesce(written, '')) < 631152000000, 0)
