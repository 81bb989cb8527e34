-- The code of the product group that a label of MART names: all its words are the group's or neutral, with or without
-- the emoji and a number before them; 'unknown' for a label with any other word, or with words of several groups
-- (docs/cleaning.md, "Product groups").
-- '🥛 молочные продукты', '03. молочные', 'молоко', 'dairy' -> 'dairy'   'мясо', 'meat_fish' -> 'meat'
-- 'мясо, соус', 'корм с рыбой', 'мясо и фрукты', NULL -> 'unknown'
-- The expressions for other labels are not an argument of `transform`, which computes it for every row: their patterns
-- took 0.7 of 1 microsecond a line, and 25 ms an INSERT.
{% from 'macros/product_groups.sql' import GROUP_WORDS, NEUTRAL_WORDS %}
{% set plain = "replaceRegexpOne(label, '^[^\\\\p{L}]+', '')" %}
{% set labels = "'" ~ product_groups.PRODUCT_GROUPS | map(attribute='plain_label') | join("', '") ~ "'" %}
CREATE OR REPLACE FUNCTION shop_product_group{{ on_cluster }} AS (label) ->
    if(
        {{ plain }} IN ({{ labels }}),
        transform(
            {{ plain }},
            [{{ labels }}],
            ['{{ product_groups.PRODUCT_GROUPS | map(attribute='code') | join("', '") }}'],
            ''
        ),
        multiIf(
            isNull(label), 'unknown',
            {% for code, words in GROUP_WORDS.items() %}
            match(
                label,
                concat(
                    '^[^\\p{L}]*(?:(?:{{ NEUTRAL_WORDS }})[^\\p{L}\\p{N}]+)*',
                    '(?:{{ words }})',
                    '(?:[^\\p{L}\\p{N}]+(?:{{ words }}|{{ NEUTRAL_WORDS }}))*[^\\p{L}\\p{N}]*$'
                )
            ), '{{ code }}',
            {% endfor %}
            'unknown'
        )
    )
