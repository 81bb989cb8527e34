-- A number, or a number in a string, as an exact Decimal(76, 20), never converted through a float. Digits after the
-- 20th of its fraction are cut off; NULL when it is not a number.
-- '129.90', '" 129.90 "' -> 129.9   '"1e3"' -> 1000   'true', '"12,5"', '"12 ₽"' -> NULL
CREATE OR REPLACE FUNCTION shop_number{{ on_cluster }} AS (json) ->
    toDecimal256OrNull(extract(shop_text(json), '^([+-]?[0-9]+(?:[.][0-9]+)?(?:e[+-]?[0-9]{1,3})?)$'), 20)
