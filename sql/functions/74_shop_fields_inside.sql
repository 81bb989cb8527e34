-- The fields in an object, or in the objects of a list, and the elements of a list that are none, with the name of the
-- field around them: a dot, that name, the name inside, JSON. Of a list the first 100, because each costs as much as a
-- field of the document.
-- 'order', '{"status": "paid"}' -> [('.', 'order', 'status', '"paid"')]   'tags', '["vip"]' -> [('.', 'tags', '', '"vip"')]
CREATE OR REPLACE FUNCTION shop_fields_inside{{ on_cluster }} AS (name, json) ->
    arrayFlatten(
        arrayMap(
            part -> if(
                startsWith(part, '{'),
                arrayMap(part_field -> ('.', name, part_field.1, part_field.2), JSONExtractKeysAndValuesRaw(part)),
                [('.', name, '', part)]
            ),
            multiIf(
                startsWith(json, '['), arraySlice(JSONExtractArrayRaw(json), 1, 100),
                startsWith(json, '{'), [json],
                []
            )
        )
    )
