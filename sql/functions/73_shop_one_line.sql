-- A text of several lines as one, with commas between them: what stands on two lines may be two things.
-- 'Псков\nТверь' -> 'Псков, Тверь'   'Псков\n' -> the same
{% set BLANKS = '\\\\x09-\\\\x0d\\\\x1c-\\\\x20\\\\x{85}\\\\p{Z}' %}
{% set BREAK = '[' ~ BLANKS ~ ']*[\\\\r\\\\n][' ~ BLANKS ~ ']*' %}
CREATE OR REPLACE FUNCTION shop_one_line{{ on_cluster }} AS (scalar) ->
    if(
        match(scalar, '[^{{ BLANKS }}]{{ BREAK }}[^{{ BLANKS }}]'),
        replaceRegexpAll(scalar, '{{ BREAK }}', ', '),
        scalar
    )
