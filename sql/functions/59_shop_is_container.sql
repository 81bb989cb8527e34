-- Whether a JSON value is an object or array with something in it.   '{"a": 1}' -> 1   '{}', '"a"' -> 0
CREATE OR REPLACE FUNCTION shop_is_container{{ on_cluster }} AS (json) ->
    if(json IN ('{}', '[]'), 0, match(json, '^[{\\[]'))
