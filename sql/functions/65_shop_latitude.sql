-- Degrees north; NULL when unreadable or beyond a pole.   '56,8' -> 56.8   '95' -> NULL
CREATE OR REPLACE FUNCTION shop_latitude{{ on_cluster }} AS (written) -> shop_within(shop_float(written), -90, 90)
