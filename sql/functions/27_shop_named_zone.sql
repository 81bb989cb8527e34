-- A date and time with the name of its zone, in the form that shop_iso and shop_moment know: `z` for UTC, nothing for
-- the zone of SHOP_SOURCE_TIMEZONE, `<msk>` for Moscow's, `<?>` for any other name. Behind an offset a name in brackets
-- says nothing more, nor does one behind +0300 and a blank, as Go and Ruby write it. `UTC+3` is an offset.
-- '2026-01-01t10:00:00+03:00[europe/moscow]' -> '2026-01-01t10:00:00+03:00'
-- '2026-01-01 10:00:00 +0300 msk' -> '2026-01-01 10:00:00 +0300'   '2026-01-01 10:00 utc-05' -> '2026-01-01t10:00-05'
-- '2026-01-01 10:00 utc' -> '2026-01-01 10:00z'   '2026-01-01 10:00 est' -> '2026-01-01 10:00<?>'
-- '2026-01-01 10:00 мск', '2026-01-01 10:00[europe/moscow]' -> '2026-01-01 10:00<msk>'
-- Variables: source_timezone, the name of a time zone.
{% set NAME = '(?:[a-z][a-z0-9_+/:-]*|мск)' %}
{% set BARE = '[a-z_]+(?:/[a-z_-]+)+|[a-z]{3,5}' %}
{% set UTC = 'utc|gmt|etc/utc|etc/gmt' %}
{% set MOSCOW = 'europe/moscow|msk|мск' %}
{% set OWN = source_timezone | lower | replace('+', '[+]0?') | replace('-', '-0?') %}{# the texts have two digits #}
{% macro in_brackets(name) -%}
\\[{{ name }}\\]|\\({{ name }}\\)
{%- endmacro %}
{% macro named(names) -%}
(:[0-9.]+) ?(?:{{ names }}|{{ in_brackets('(?:' ~ names ~ ')') }})$
{%- endmacro %}
CREATE OR REPLACE FUNCTION shop_named_zone{{ on_cluster }} AS (written) ->
    replaceRegexpOne(
        replaceRegexpOne(
            replaceRegexpOne(
                replaceRegexpOne(
                    replaceRegexpOne(
                        replaceRegexpOne(
                            written, '^(.{10})[t ]([0-9:.]+) ?[\\[(]?(?:utc|gmt)([+-][0-9:]+)[\\])]?$', '\\1t\\2\\3'
                        ),
                        concat(
                            '(:[0-9.]+(?:z| ?[+-][0-9:]+)) ?(?:{{ in_brackets(NAME) }})$',
                            '|(:[0-9.]+ [+-][0-9]{4}) (?:{{ BARE }}|мск)$'
                        ),
                        '\\1\\2'
                    ),
                    '{{ named(UTC) }}',
                    '\\1z'
                ),
                '{{ named(OWN) }}',
                '\\1'
            ),
            '{{ named(MOSCOW) }}',
            '\\1{{ '' if source_timezone == 'Europe/Moscow' else '<msk>' }}'
        ),
        '(:[0-9.]+) ?(?:{{ in_brackets(NAME) }}|{{ BARE }})$',
        '\\1<?>'
    )
