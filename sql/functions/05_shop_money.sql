-- Roubles as Decimal(18, 4); NULL when unreadable or 10^14 and more. Digits after the fourth are left over from the
-- addition of floats: rounded, half away from zero.   '129,90 ₽' -> 129.9000   '199.99999999999997' -> 200.0000
-- 18 digits, so that Spark can add up 10^10 of them within its 38.
CREATE OR REPLACE FUNCTION shop_money{{ on_cluster }} AS (written) ->
    toDecimal64OrNull(
        toString(round(arrayMap(amount -> shop_number(amount), [shop_amount(written)])[1], 4)), 4
    )
