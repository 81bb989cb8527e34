-- What a field beside the model says of its document or line, by its role (48 to 50): 'out' when it is deleted or no
-- sale, 'in' when it is not, 'unknown' for a value that is not known, '' for a field that is no mark. Of the value `said`
-- there are: its JSON, and shop_bool, shop_something and shop_mark_word of it. The digits are those of the fiscal
-- documents' format: 1 is a sale, 2 its return, 3 and 4 are what the shop buys. Times are those of this century; the
-- empty dates of SQL Server, Excel, Unix and Oracle are nothing.
-- 'flag', 'true' -> 'out'   'change', 'u' -> 'in'   'status', 'wc-refunded' -> 'out'   'status', 'completed' -> 'in'
-- 'time', '0000-00-00', '1900-01-01' -> 'in'   'time', '1987-01-01' -> 'unknown'   'status', '{"a": 1}' -> 'unknown'
-- 'status', 'partially refunded' -> 'unknown'   'type', 'sell' -> 'in'   'sale', 'false' -> 'out'
-- 'hint', 'true' -> 'unknown'   'other', 'refunded' -> 'unknown'   'other', 'да' -> ''   '', 'да' -> ''
{% from 'macros/marks.sql' import NO_SALE_WORDS, SALE_WORDS, words %}
{% set DAY = '(?:0?[1-9]|[12][0-9]|3[01])' %}
{% set THIS_CENTURY = [
    '20[0-8][0-9][./-](?:0?[1-9]|1[0-2])[./-]' ~ DAY ~ '(?:[^0-9].*)?',
    DAY ~ '[./-]' ~ DAY ~ '[./-]20[0-8][0-9](?:[^0-9].*)?',
    '20[0-8][0-9](?:0[1-9]|1[0-2])[0-3][0-9](?:[0-9]{4}|[0-9]{6})?',
    '[0-9]{9,10}',
    '[0-9]{12,13}',
    '[0-9]{16}',
] %}
{% set EMPTY_TIMES = [
    '(?:1753|1900|1970)-01-01',
    '1899-12-3[01]',
    '9999-12-31',
    '01[.]01[.](?:1753|1900|1970)',
    '3[01][.]12[.]1899',
    '31[.]12[.]9999',
] %}
CREATE OR REPLACE FUNCTION shop_mark{{ on_cluster }} AS (role, json, said, agreed, something, word) ->
    multiIf(
        role = '', '',
        role = 'other', if(word IN {{ words(NO_SALE_WORDS) }}, 'unknown', ''),
        role = 'hint', multiIf(
            isNull(said), if(shop_is_container(json), 'unknown', ''),
            agreed, 'unknown',
            isNotNull(agreed), '',
            isNull(something), '',
            match(said, '^[0.,]+$'), '',
            match(said, '^[0-9]+(?:[.,/-][0-9]+)*(?:[t ][0-9:].*)?$'), if(isNull(shop_day_text(said)), '', 'unknown'),
            word IN {{ words(NO_SALE_WORDS) }}, 'unknown',
            ''
        ),
        isNull(said), if(shop_is_container(json), 'unknown', 'in'),
        role IN ('flag', 'time'), multiIf(
            agreed, 'out',
            isNotNull(agreed), 'in',
            isNull(something), 'in',
            isNull(shop_day_text(said)), 'in',
            match(said, '^(?:{{ EMPTY_TIMES | join('|') }})(?:[^0-9]|$)'), 'in',
            match(said, '^(?:{{ THIS_CENTURY | join('|') }})$'), 'out',
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
