-- Kilocalories in 100 g; NULL when unreadable or not from 0 to 1000: pure fat has 900.   '60.5' -> 60.5   '-5' -> NULL
CREATE OR REPLACE FUNCTION shop_calories{{ on_cluster }} AS (written) -> shop_within(shop_float(written), 0, 1000)
