-- What a field beside the model says of its document or line, by its role (48 to 50): 'out' when it is deleted or no
-- sale, 'in' when it is not, 'unknown' for a value that is not known, '' for a field that is no mark. Of the value `said`
-- there are: its JSON, and shop_bool, shop_something and shop_mark_word of it. The digits are those of the fiscal documents' format: 1
-- is a sale, 2 its return, 3 and 4 are what the shop buys.
-- 'flag', 'true' -> 'out'   'change', 'u' -> 'in'   'status', 'wc-refunded' -> 'out'   'status', 'completed' -> 'in'
-- 'time', '0000-00-00' -> 'in'   'status', '{"a": 1}' -> 'unknown'   'status', 'partially refunded' -> 'unknown'
--   'type', 'sell' -> 'in'   'sale', 'false' -> 'out'   '', 'да' -> ''
{% from 'macros/marks.sql' import NO_SALE_WORDS, SALE_WORDS, words %}
CREATE OR REPLACE FUNCTION shop_mark{{ on_cluster }} AS (role, json, said, agreed, something, word) ->
    multiIf(
        role = '', '',
        isNull(said), if(shop_is_container(json), 'unknown', 'in'),
        role IN ('flag', 'time'), multiIf(
            agreed, 'out',
            isNotNull(agreed), 'in',
            isNull(something), 'in',
            isNull(shop_day_text(said)), 'in',
            match(said, '^[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|^[0-9]{8,16}$'), 'out',
            'unknown'
        ),
        role = 'sale', multiIf(agreed, 'in', isNotNull(agreed), 'out', isNull(something), 'in', 'unknown'),
        role = 'change', multiIf(
            said IN ('c', 'r', 'u', 'i', 'l', 'create', 'read', 'insert', 'update', 'update_postimage'), 'in',
            said IN ('d', 'delete', 'deleted'), 'out',
            'unknown'
        ),
        isNull(something), 'in',
        word IN {{ words(NO_SALE_WORDS) }}, 'out',
        word IN {{ words(SALE_WORDS) }}, 'in',
        role = 'type', transform(coalesce(said, ''), ['1', '2', '3', '4'], ['in', 'out', 'out', 'out'], 'unknown'),
        'unknown'
    )
