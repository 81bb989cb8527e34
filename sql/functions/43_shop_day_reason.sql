-- Why a text was not read as a date.   '05/06/2024' -> 'day or month first: SHOP_DATE_ORDER'   'вчера' -> 'not a date'
CREATE OR REPLACE FUNCTION shop_day_reason{{ on_cluster }} AS (written) ->
    multiIf(
        match(shop_two_digits(written), '^(?:0[1-9]|1[0-2])[/-](?:0[1-9]|1[0-2])[/-][0-9]{4}(?:$|[^0-9])'),
        'day or month first: SHOP_DATE_ORDER',
        shop_is_calendar_number(written), 'yyyymmddhhmm or milliseconds',
        shop_is_day_number(written), 'seconds or milliseconds',
        'not a date'
    )
