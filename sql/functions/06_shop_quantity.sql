-- A quantity as Decimal(18, 6), to a thousandth of a gram when the unit is a kilogram, and rounded after that; NULL
-- when unreadable or 10^12 and more.   '0.350', '0,350' -> 0.350000   '2' -> 2.000000   '2 шт' -> NULL
-- As with amounts (05_shop_money), most need no rounding.
CREATE OR REPLACE FUNCTION shop_quantity{{ on_cluster }} AS (written) ->
    if(
        match(written, '^[0-9]{1,11}(?:[.][0-9]{1,6})?$'),
        toDecimal64OrNull(written, 6),
        toDecimal64OrNull(toString(round(shop_number(written), 6)), 6)
    )
