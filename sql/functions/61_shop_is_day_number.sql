-- Whether 9 or 10 digits could be a day both in seconds and in milliseconds since 1970: the midnights of all time zones
-- are whole quarters of an hour, and few numbers are that in both.
-- '345600000' -> 1: 1980-12-14 or 1970-01-05   '643075200' -> 0: 1990-05-19
CREATE OR REPLACE FUNCTION shop_is_day_number{{ on_cluster }} AS (written) ->
    if(match(written, '^-?[0-9]{9,10}$'), toInt64OrZero(coalesce(written, '')) % 900000 = 0, 0)
