-- A number of MART's text as an exact Decimal(76, 20), never converted through a float. Digits after the 20th of its
-- fraction are cut off; NULL when it is not a number.
-- '129.90', '129,90' -> 129.9   '1 234,56' -> 1234.56   '1e3' -> 1000   'true', '12 ₽', '1,234' -> NULL
CREATE OR REPLACE FUNCTION shop_number{{ on_cluster }} AS (written) ->
    toDecimal256OrNull(shop_decimal(written), 20)
