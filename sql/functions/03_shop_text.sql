-- A JSON value as text of MART.   '" Молоко "' -> 'молоко'   '101000' -> '101000'   '{"a": 1}', '""' -> NULL
CREATE OR REPLACE FUNCTION shop_text{{ on_cluster }} AS (json) -> shop_clean(shop_scalar(json))
