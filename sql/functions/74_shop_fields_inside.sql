-- The fields in an object, or in the objects of a list, and the elements of a list that are none, with the name of the
-- field around them: a dot, that name, the name inside, JSON.
-- 'order', '{"status": "paid"}' -> [('.', 'order', 'status', '"paid"')]   'tags', '["vip"]' -> [('.', 'tags', '', '"vip"')]
CREATE OR REPLACE FUNCTION shop_fields_inside{{ on_cluster }} AS (name, json) ->
    arrayFlatten(
        arrayMap(
            part -> if(
                startsWith(part, '{'),
                arrayMap(part_field -> ('.', name, part_field.1, part_field.2), JSONExtractKeysAndValuesRaw(part)),
                [('.', name, '', part)]
            ),
            multiIf(startsWith(json, '['), JSONExtractArrayRaw(json), startsWith(json, '{'), [json], [])
        )
    )
