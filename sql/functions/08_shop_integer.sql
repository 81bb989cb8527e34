-- A whole number as Int32; NULL when unreadable, fractional or too large.   '365', '365.0' -> 365   '1.5' -> NULL
CREATE OR REPLACE FUNCTION shop_integer{{ on_cluster }} AS (written) ->
    toInt32OrNull(extract(toString(shop_number(written)), '^(-?[0-9]+)(?:[.]0*)?$'))
