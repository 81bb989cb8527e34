-- Grams in 100 g; NULL when unreadable or not from 0 to 100.   '2.9' -> 2.9   '290' -> NULL
CREATE OR REPLACE FUNCTION shop_grams{{ on_cluster }} AS (written) -> shop_within(shop_float(written), 0, 100)
