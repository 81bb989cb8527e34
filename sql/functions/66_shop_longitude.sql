-- Degrees east; NULL when unreadable or beyond half a turn.   '35.9' -> 35.9   '359' -> NULL
CREATE OR REPLACE FUNCTION shop_longitude{{ on_cluster }} AS (written) -> shop_within(shop_float(written), -180, 180)
