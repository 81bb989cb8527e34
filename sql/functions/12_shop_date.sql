-- A day of MART's text as Date32: shop_day of the text and its form in ISO 8601.
CREATE OR REPLACE FUNCTION shop_date{{ on_cluster }} AS (written) -> shop_day(written, shop_calendar(written))
