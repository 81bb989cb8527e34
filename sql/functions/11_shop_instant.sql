-- A moment of MART's text as DateTime64(3, 'UTC'): shop_moment of the text and its form in ISO 8601.
CREATE OR REPLACE FUNCTION shop_instant{{ on_cluster }} AS (written) -> shop_moment(written, shop_calendar(written))
