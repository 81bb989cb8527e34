-- An amount's text without the rouble's sign or word around it; another currency stays, and makes it unreadable. Beside
-- a rouble the text was written for people: a lone dot before exactly three digits could separate thousands, and is what
-- a lone comma there is not (SHOP_NUMBER_COMMA).
-- '129,90 ₽', '129,90 руб.', 'rub 129,90' -> '129,90'   '1.234 ₽' -> '1,234', which could be either   '12 $' -> '12 $'
-- Variables: number_comma: unknown, decimal or thousands.
{% set LONE_DOT = {'unknown': '\\\\1,\\\\2', 'decimal': '\\\\1\\\\2', 'thousands': '\\\\1.\\\\2'} %}
CREATE OR REPLACE FUNCTION shop_amount{{ on_cluster }} AS (written) ->
    if(
        match(written, '[₽rр]'),
        replaceRegexpOne(
            replaceRegexpAll(
                written,
                '^(?:₽|ru[br][.]?|р[.]|руб(?:[.]|лей|ля|ль)?) ?| ?(?:₽|ru[br][.]?|р[.]?|руб(?:[.]|лей|ля|ль)?)$',
                ''
            ),
            '^([+-]?[1-9][0-9]{0,2})[.]([0-9]{3})$',
            '{{ LONE_DOT[number_comma] }}'
        ),
        written
    )
