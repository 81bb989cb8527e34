-- A moment of a purchase or a registration as DateTime64(3, 'UTC'), cut to milliseconds, of a text and its form in ISO
-- 8601; NULL when unreadable or before 1990: nobody recorded one then, and it is the empty date of a database, or
-- another unit that some tool has made a date of. With an offset it is that moment; without one it is a local time of
-- SHOP_SOURCE_TIMEZONE, or of Moscow if it says so, and NULL if it names another zone; a day alone begins at its
-- midnight in SHOP_TIMEZONE, so that it is that day in every feature. A date after 2299 is beyond ClickHouse's types and
-- becomes their last day: it is later than now, and must be seen to be.
-- '2024-05-01t10:00:00+03:00' -> 07:00 of that day   '01.05.2024 10:00' -> 10:00 of that day   '1714557600' -> 10:00
-- '2024-02-30', '05/06/2024', '63904154400', '1970-01-21t09:46:42z' -> NULL   '9999-01-01' -> 2299-12-31
-- Variables: timezone and source_timezone, names of time zones.
CREATE OR REPLACE FUNCTION shop_moment{{ on_cluster }} AS (written, iso) ->
    arrayMap(
        moment -> shop_within_shop_years(moment),
        [
            multiIf(
                endsWith(iso, '<?>'), NULL,
                {% if source_timezone != 'Europe/Moscow' %}
                endsWith(iso, '<msk>'), shop_local_time(substring(iso, 1, length(iso) - 5), 'Europe/Moscow'),
                {% endif %}
                {% if timezone != 'UTC' %}
                length(iso) = 10, shop_local_time(iso, '{{ timezone }}'),
                {% endif %}
                {% if source_timezone != 'UTC' %}
                match(iso, '^.{10}[^z+-]+$'),
                shop_local_time(iso, '{{ source_timezone }}'),
                {% endif %}
                iso != '', parseDateTime64BestEffortOrNull(upper(iso), 3, 'UTC'),
                arrayMap(number -> shop_epoch(number), [if(shop_is_old_number(written), '', written)])[1]
            )
        ]
    )[1]
