-- A day as Date32: a moment's day in UTC.   '"1990-05-17"' -> 1990-05-17   '"17.05.1990"' -> NULL
CREATE OR REPLACE FUNCTION shop_date{{ on_cluster }} AS (json) -> toDate32(shop_instant(json))
