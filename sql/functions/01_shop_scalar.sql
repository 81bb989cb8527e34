-- The text of a JSON value: a string is decoded, a number or boolean stays as written; NULL for null, for an empty text
-- and for an object or array.   '"1.15"' -> '1.15'   '1.15' -> '1.15'   'true' -> 'true'   'null', '', '[1]' -> NULL
-- ClickHouse copies functions into the views that use them: when a function changes, the views are created again.
CREATE OR REPLACE FUNCTION shop_scalar{{ on_cluster }} AS (json) ->
    JSONExtract(if(match(json, '^[{\\[]'), '', json), 'Nullable(String)')
