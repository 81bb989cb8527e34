-- Why a document's own id will not do: it must be there and be the message's key, under which its versions follow one
-- another; '' when it will.   'store_id', 'store-001', '"store-002"' -> 'store_id: not the key of the message'
CREATE OR REPLACE FUNCTION shop_id_fault{{ on_cluster }} AS (field, message_key, json) ->
    multiIf(
        isNull(shop_text(json)), shop_fault(field, json, NULL),
        shop_text(json) = ifNull(message_key, ''), '',
        concat(field, ': not the key of the message')
    )
