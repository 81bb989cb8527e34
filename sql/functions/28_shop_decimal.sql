-- A number of MART's text in JSON's own form; '' when it is none, or when it could be two. A dot is the decimal sign, as
-- in JSON; blanks and apostrophes separate thousands; of dot and comma the last is the decimal sign, several of one
-- separate thousands. A lone comma before exactly three digits could be either, unless a thousands group cannot stand
-- before it; SHOP_NUMBER_COMMA decides.
-- '1 234,56', '1.234,56', '1,234.56' -> '1234.56'   '0,350' -> '0.350'   '1,234' -> ''
-- Variables: number_comma: unknown, decimal or thousands.
CREATE OR REPLACE FUNCTION shop_decimal{{ on_cluster }} AS (written) ->
    multiIf(
        match(written, '^[+-]?[0-9]+(?:[.][0-9]+)?(?:e[+-]?[0-9]{1,3})?$'), written,
        NOT match(written, '^[+-]?[0-9]+[ ,.\'’][0-9]'), '',
        match(written, '^[+-]?[1-9][0-9]{0,2}(?:[ \'’][0-9]{3})+(?:[.,][0-9]+)?$'),
        replaceOne(replaceRegexpAll(written, '[ \'’]', ''), ',', '.'),
        match(written, '^[+-]?[1-9][0-9]{0,2}(?:(?:[.][0-9]{3})+,[0-9]+|(?:[.][0-9]{3}){2,})$'),
        replaceOne(replaceAll(written, '.', ''), ',', '.'),
        match(written, '^[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+[.][0-9]+|(?:,[0-9]{3}){2,})$'),
        replaceAll(written, ',', ''),
        {% if number_comma == 'thousands' %}
        match(written, '^[+-]?[1-9][0-9]{0,2},[0-9]{3}$'), replaceOne(written, ',', ''),
        {% elif number_comma == 'unknown' %}
        match(written, '^[+-]?[1-9][0-9]{0,2},[0-9]{3}$'), '',
        {% endif %}
        match(written, '^[+-]?[0-9]+,[0-9]+$'), replaceOne(written, ',', '.'),
        ''
    )
