-- A JSON value as text of MART; NULL when it stands for nothing.
-- '" Молоко "' -> 'молоко'   '101000' -> '101000'   '{"a": 1}', '""', '"n/a"', '"-"' -> NULL
CREATE OR REPLACE FUNCTION shop_text{{ on_cluster }} AS (json) -> shop_something(shop_name(shop_scalar(json)))
