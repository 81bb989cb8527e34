-- The text of a JSON value: a string decoded, a number or boolean as it is written; NULL for null, for nothing and for
-- an object or array.   '"1.15"' -> '1.15'   '1.15' -> '1.15'   'true' -> 'true'   'null', '', '[1]' -> NULL
-- Functions stand inlined in the views that use them: after a change the views are made anew.
CREATE OR REPLACE FUNCTION shop_scalar{{ on_cluster }} AS (json) ->
    JSONExtract(if(match(json, '^[{\\[]'), '', json), 'Nullable(String)')
