-- Why a text was not read as a date.   '05/06/2024' -> 'day or month first: SHOP_DATE_ORDER'   'вчера' -> 'not a date'
-- '1970-01-21', a moment -> 'before 1990, or in another unit'
-- '2026-01-01 10:00 est', a moment -> 'a time of a zone that is not SHOP_SOURCE_TIMEZONE'
-- '25/05/2024', where the month is said to come first -> 'not a date by SHOP_DATE_ORDER'
-- Variables: date_order: unknown, day_first or month_first.
CREATE OR REPLACE FUNCTION shop_day_reason{{ on_cluster }} AS (written, is_moment) ->
    multiIf(
        {% if date_order == 'unknown' %}
        match(shop_two_digits(written), '^(?:0[1-9]|1[0-2])[/-](?:0[1-9]|1[0-2])[/-][0-9]{4}(?:$|[^0-9])'),
        'day or month first: SHOP_DATE_ORDER',
        {% else %}
        match(shop_two_digits(written), '^(?:[0-2][0-9]|3[01])[/-](?:[0-2][0-9]|3[01])[/-][0-9]{4}(?:$|[^0-9])'),
        'not a date by SHOP_DATE_ORDER',
        {% endif %}
        shop_is_calendar_number(written),
        if(length(written) = 10, 'digits of a time or seconds', 'digits of a time or milliseconds'),
        if(is_moment, shop_is_old_number(written), 0), 'before 1990, or in another unit',
        match(shop_two_digits(written), '[0-9] [0-9]{2}:[0-9]{2} ?-[0-9]{2}(?::?[0-9]{2})?$'), 'an offset or the end of a range',
        shop_is_day_number(written), 'seconds or milliseconds',
        arrayMap(
            iso -> multiIf(
                if(is_moment, endsWith(iso, '<?>'), 0), 'a time of a zone that is not SHOP_SOURCE_TIMEZONE',
                NOT match(iso, '^19(?:[0-8][0-9]|90-01-01)'), 'not a date',
                is_moment, 'before 1990, or in another unit',
                match(iso, '^1900'), 'the empty date of a database',
                'not a date'
            ),
            [shop_calendar(written)]
        )[1]
    )
