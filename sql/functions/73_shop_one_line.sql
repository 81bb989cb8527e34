-- A text of several lines, or columns, as one line with commas: what stands on two lines may be two things.
-- 'Псков\nТверь' -> 'Псков, Тверь'   'Псков\n' -> the same
{% set BLANKS = '\\\\x09-\\\\x0d\\\\x1c-\\\\x20\\\\x{85}\\\\p{Z}' %}
{% set BREAK = '[' ~ BLANKS ~ ']*[\\\\x09-\\\\x0d\\\\x1c-\\\\x1e\\\\x{85}\\\\x{2028}\\\\x{2029}][' ~ BLANKS ~ ']*' %}
CREATE OR REPLACE FUNCTION shop_one_line{{ on_cluster }} AS (scalar) ->
    if(
        match(scalar, '[^{{ BLANKS }}]{{ BREAK }}[^{{ BLANKS }}]'),
        replaceRegexpAll(scalar, '{{ BREAK }}', ', '),
        scalar
    )
