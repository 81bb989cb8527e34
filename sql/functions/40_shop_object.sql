-- The fields of a JSON object, each as JSON: it is parsed once, however many are read. Empty for anything else.
-- '{"a": 1, "b": "x"}' -> {'a': '1', 'b': '"x"'}
CREATE OR REPLACE FUNCTION shop_object{{ on_cluster }} AS (json) ->
    CAST(JSONExtractKeysAndValuesRaw(json), 'Map(String, String)')
