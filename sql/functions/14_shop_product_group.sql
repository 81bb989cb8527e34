-- The code of the product group that a label of MART names: all its words are the group's or neutral, with or without
-- the emoji; 'unknown' for a label with any other word, or with words of several groups (docs/cleaning.md, "Product
-- groups").
-- '🥛 молочные продукты', 'молоко', 'dairy' -> 'dairy'   'мясо' -> 'meat'
-- 'мясо, соус', 'корм с рыбой', 'мясо и фрукты', NULL -> 'unknown'
{% from 'macros/product_groups.sql' import GROUP_WORDS, NEUTRAL_WORDS %}
CREATE OR REPLACE FUNCTION shop_product_group{{ on_cluster }} AS (label) ->
    transform(
        replaceRegexpOne(label, '^[^\\p{L}\\p{N}_]+', ''),
        [
            '{{ product_groups.PRODUCT_GROUPS | map(attribute='plain_label') | join("', '") }}'
        ],
        ['{{ product_groups.PRODUCT_GROUPS | map(attribute='code') | join("', '") }}'],
        multiIf(
            isNull(label), 'unknown',
            {% for code, words in GROUP_WORDS.items() %}
            match(
                label,
                concat(
                    '^[^\\p{L}\\p{N}_]*(?:(?:{{ NEUTRAL_WORDS }})[^\\p{L}\\p{N}_]+)*',
                    '(?:{{ words }})',
                    '(?:[^\\p{L}\\p{N}_]+(?:{{ words }}|{{ NEUTRAL_WORDS }}))*[^\\p{L}\\p{N}_]*$'
                )
            ), '{{ code }}',
            {% endfor %}
            'unknown'
        )
    )
