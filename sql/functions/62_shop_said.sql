-- What a field beside the model says, as it was written: its text, or that of its `name` if it is an object, as of
-- МойСклад; of an address of OData's metadata, as of 1C, the set's name.
-- '"http://1c/$metadata#Document_ЧекККМ(Ref_Key)"' -> 'Document_ЧекККМ'
--  '"paid"' -> 'paid'   '{"meta": {}, "name": "Отменён"}' -> 'Отменён'   '{"id": 1}' -> NULL
CREATE OR REPLACE FUNCTION shop_said{{ on_cluster }} AS (json) ->
    arrayMap(
        said -> if(match(said, '[$]metadata#'), extract(said, '[$]metadata#([^(/?]*)'), said),
        [shop_scalar(if(startsWith(json, '{'), JSONExtractRaw(json, 'name'), json))]
    )[1]
