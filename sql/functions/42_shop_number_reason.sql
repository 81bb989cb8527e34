-- Why a text was not read as a number.   '1,234' -> 'thousands or decimals: SHOP_NUMBER_COMMA'   'семь' -> 'not a number'
-- Variables: number_comma: unknown, decimal or thousands.
CREATE OR REPLACE FUNCTION shop_number_reason{{ on_cluster }} AS (written) ->
    multiIf(
        {% if number_comma == 'unknown' %}
        match(written, '^[+-]?[1-9][0-9]{0,2},[0-9]{3}$'), 'thousands or decimals: SHOP_NUMBER_COMMA',
        {% endif %}
        shop_decimal(written) != '', 'a number out of range',
        'not a number'
    )
