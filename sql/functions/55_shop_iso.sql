-- A date or time of MART's text in ISO 8601; '' when it is none, or when day and month could be either. Forms:
-- yyyy-mm-dd with an optional time, fraction and offset (blank or T between, / and . between the date's parts too),
-- dd.mm.yyyy [h:mm[:ss]], yyyymmdd, yyyymmddhhmmss; one digit is enough for a day, a month or an hour. Of dd/mm/yyyy
-- and mm/dd/yyyy, with / or -, one that only one reading allows; SHOP_DATE_ORDER decides otherwise. The form is checked
-- before ClickHouse's parser, which is too lenient: it takes '12' for a day of this month. A year after 2299 becomes
-- the last day of ClickHouse's types. `padded` is shop_two_digits of the text.
-- An offset is one that exists, -12:00 to +14:00 in quarters of an hour; a negative one behind a blank and a time
-- without seconds could be the end of a range.   '2026-01-15 10:00-12:00' -> ''   What follows a time of a zone that is
-- named is as shop_named_zone has it.
-- '01.05.2024 9:05' -> '2024-05-01 09:05'   '31/01/2024' -> '2024-01-31'   '05/06/2024' -> ''
-- Variables: date_order: unknown, day_first or month_first.
{% set HOURS = '(?:[01][0-9]|2[0-3]):[0-5][0-9]' %}
{% set QUARTERS = '(?::?(?:00|15|30|45))?' %}
{% set EAST = '[+](?:(?:0[0-9]|1[0-3])' ~ QUARTERS ~ '|14(?::?00)?)' %}
{% set WEST = '-(?:(?:0[0-9]|1[01])' ~ QUARTERS ~ '|12(?::?00)?)' %}
{% set NAMED = '<(?:msk|[?])>' %}
{% set last_is_year = [
    "match(written, '^[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}')",
    "match(padded, '^(?:1[3-9]|2[0-9]|3[01])[/-](?:0[1-9]|1[0-2])[/-][0-9]{4}')",
    "match(padded, '^(?:01[/-]01|02[/-]02|03[/-]03|04[/-]04|05[/-]05|06[/-]06|07[/-]07|08[/-]08|09[/-]09|10[/-]10|11[/-]11|12[/-]12)[/-]')",
] %}
{% if date_order == 'day_first' %}
{% set _ = last_is_year.append("match(padded, '^[0-9]{2}[/-][0-9]{2}[/-][0-9]{4}')") %}
{% endif %}
CREATE OR REPLACE FUNCTION shop_iso{{ on_cluster }} AS (written, padded) ->
    replaceRegexpOne(
        extract(
            replaceRegexpOne(
                shop_named_zone(
                    multiIf(
                        match(padded, '^[0-9]{4}-'), padded,
                        match(padded, '^[0-9]{4}[/.]'),
                        replaceRegexpOne(
                            replaceRegexpOne(padded, '^([0-9]{4}[/.][0-9]{2}[/.])([0-9])(?:$|([^0-9]))', '\\10\\2\\3'),
                            '^([0-9]{4})[/.]([0-9]{2})[/.]([0-9]{2})',
                            '\\1-\\2-\\3'
                        ),
                        {% for condition in last_is_year -%}
                        {{ condition }},
                        replaceRegexpOne(padded, '^([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})', '\\3-\\2-\\1'),
                        {% endfor -%}
                        {% if date_order == 'month_first' -%}
                        match(padded, '^[0-9]{2}[/-][0-9]{2}[/-][0-9]{4}'),
                        {%- else -%}
                        match(padded, '^(?:0[1-9]|1[0-2])[/-](?:1[3-9]|2[0-9]|3[01])[/-][0-9]{4}'),
                        {%- endif %}
                        replaceRegexpOne(padded, '^([0-9]{2})[/-]([0-9]{2})[/-]([0-9]{4})', '\\3-\\1-\\2'),
                        match(written, '^(?:19|20)[0-9]{6}$'),
                        replaceRegexpOne(written, '^([0-9]{4})([0-9]{2})', '\\1-\\2-'),
                        match(written, '^(?:19|20)[0-9]{6}t?[0-9]{6}z?$'),
                        replaceRegexpOne(
                            written,
                            '^([0-9]{4})([0-9]{2})([0-9]{2})t?([0-9]{2})([0-9]{2})([0-9]{2})',
                            '\\1-\\2-\\3 \\4:\\5:\\6'
                        ),
                        ''
                    )
                ),
                ' ?(?:utc|gmt|(?:utc|gmt)?([+-][0-9:]+))$',
                '\\1'
            ),
            concat(
                '^((?:19|[2-9][0-9])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])',
                '(?:[t ]{{ HOURS }}(?:z|{{ EAST }}|{{ NAMED }})?|t{{ HOURS }}{{ WEST }}',
                '|[t ]{{ HOURS }}:[0-5][0-9](?:[.][0-9]{1,9})?(?:z|{{ EAST }}|{{ WEST }}|{{ NAMED }})?)?)$'
            )
        ),
        '^(?:2[3-9]|[3-9][0-9])[0-9]{2}-.*$',
        '2299-12-31'
    )
