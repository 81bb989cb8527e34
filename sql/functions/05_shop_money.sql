-- Roubles as Decimal(18, 4); NULL when unreadable or 10^14 and more. Digits after the fourth are left over from the
-- addition of floats: rounded, half away from zero.   '129,90 ₽' -> 129.9000   '199.99999999999997' -> 200.0000
-- 18 digits, so that Spark can add up 10^10 of them within its 38.
-- Most amounts are digits that fit: to round them costs three times as much as to read them.
CREATE OR REPLACE FUNCTION shop_money{{ on_cluster }} AS (written) ->
    if(
        match(written, '^[0-9]{1,13}(?:[.][0-9]{1,4})?$'),
        toDecimal64OrNull(written, 4),
        toDecimal64OrNull(
            toString(round(arrayMap(amount -> shop_number(amount), [shop_amount(written)])[1], 4)), 4
        )
    )
