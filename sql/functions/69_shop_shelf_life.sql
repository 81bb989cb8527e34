-- A shelf life in days as Int32; NULL when no whole number, negative or too large.   '365' -> 365   '-1' -> NULL
CREATE OR REPLACE FUNCTION shop_shelf_life{{ on_cluster }} AS (written) -> shop_within(shop_integer(written), 0, 2147483647)
