-- A date and time with the name of its zone, in the form that shop_iso and shop_moment know: `z` for UTC, nothing for
-- the zone of SHOP_SOURCE_TIMEZONE, `<msk>` for Moscow's, `<?>` for any other name. Behind an offset a name in brackets
-- says nothing more.
-- '2026-01-01t10:00:00+03:00[europe/moscow]' -> '2026-01-01t10:00:00+03:00'
-- '2026-01-01 10:00 utc' -> '2026-01-01 10:00z'   '2026-01-01 10:00 est' -> '2026-01-01 10:00<?>'
-- '2026-01-01 10:00 мск', '2026-01-01 10:00[europe/moscow]' -> '2026-01-01 10:00<msk>'
-- Variables: source_timezone, the name of a time zone.
{% set NAME = '(?:[a-z][a-z0-9_+/-]*|мск)' %}
{% set UTC = 'utc|gmt|etc/utc|etc/gmt' %}
{% set MOSCOW = 'europe/moscow|msk|мск' %}
{% set OWN = source_timezone | lower | replace('+', '[+]') %}
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
                        written, '(:[0-9.]+(?:z| ?[+-][0-9:]+)) ?(?:{{ in_brackets(NAME) }})$', '\\1'
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
        '(:[0-9.]+) ?(?:{{ in_brackets(NAME) }}|[a-z_]+(?:/[a-z_-]+)+|[a-z]{3,5})$',
        '\\1<?>'
    )
