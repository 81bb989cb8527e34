-- What a field beside the model says, as it was written: its text, or that of its `name` if it is an object, as of
-- МойСклад.   '"paid"' -> 'paid'   '{"meta": {}, "name": "Отменён"}' -> 'Отменён'   '{"id": 1}' -> NULL
CREATE OR REPLACE FUNCTION shop_said{{ on_cluster }} AS (json) ->
    shop_scalar(if(startsWith(json, '{'), JSONExtractRaw(json, 'name'), json))
