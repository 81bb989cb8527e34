-- Why a document's own id is not acceptable: it must be present and equal to the message's key, by which its versions
-- are ordered; a word for nothing is no id. '' when it is acceptable.
-- 'store_id', 'store-001', '"store-002"' -> 'store_id: not the key of the message'   'id', 'na', '"NA"' -> 'id: missing'
CREATE OR REPLACE FUNCTION shop_id_fault{{ on_cluster }} AS (field, message_key, json) ->
    multiIf(
        isNull(shop_something(shop_clean(shop_scalar(json)))), shop_fault(field, json, NULL, NULL),
        shop_clean(shop_scalar(json)) = ifNull(message_key, ''), '',
        concat(field, ': not the key of the message')
    )
