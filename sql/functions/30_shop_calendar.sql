-- A date or time of MART's text in ISO 8601; '' when it is none: shop_iso of the text.
CREATE OR REPLACE FUNCTION shop_calendar{{ on_cluster }} AS (written) -> shop_iso(written, shop_two_digits(written))
