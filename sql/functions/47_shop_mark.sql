-- What a field beside the model says of its document or line, by its role (48 to 50, 71): 'out' when it is deleted or
-- no sale, 'in' when it is not, 'unknown' for a value that is not known, '' for a field that is no mark. Of the value
-- `said` there are: its JSON, and shop_bool, shop_something and shop_status_word of it. The digits are those of the fiscal
-- documents' format: 1 is a sale, 2 its return, 3 and 4 are what the shop buys. Times are those of this century; the
-- empty dates of SQL Server, Excel, Unix and Oracle are nothing.
-- 'flag', 'true' -> 'out'   'change', 'u' -> 'in'   'capture', '1' -> 'out'   'status', 'wc-refunded' -> 'out'
-- 'status', 'completed' -> 'in'   'hint', '{"count": 0}' -> ''   'hint', '{"amount": 5}', '{"id": 1}' -> 'unknown'
-- 'time', '0000-00-00', '1900-01-01' -> 'in'   'time', '1987-01-01' -> 'unknown'   'status', '{"a": 1}' -> 'unknown'
-- 'status', 'partially refunded' -> 'unknown'   'type', 'sell' -> 'in'   'sale', 'false' -> 'out'
-- 'hint', '{"at": "", "by": ""}' -> ''   'form', '31' -> 'unknown'   'form', '3' -> ''   'mode', 'sandbox' -> 'unknown'
-- 'hint', 'true', 'брак' -> 'unknown'   'hint', '0.00', 'not refunded' -> ''   'word', 'true' -> 'unknown'
-- 'word', '2026-01-15' -> 'unknown'   'code', '2' -> 'unknown'   'type', 'PayBack' -> 'out'
-- 'present', '0' -> 'unknown'
-- 'other', 'refunded', 'отказ клиента' -> 'unknown'   'other', 'да' -> ''   'other', 'отказ от чека' -> ''
-- 'prose', 'просила возврат' -> ''   '', 'да' -> ''
{% from 'macros/marks.sql' import DELETION_STEMS, DENIED, NO_REFUSALS, NO_SALE_STEMS, is_one_of, words %}
{% set AMOUNT = '(?i)"[^"]*(?:value|amount|sum|count|total)"\\\\s*:\\\\s*' %}
{% set ZERO = '[-+]?[., ]*0[0., ]*(?:₽|р|руб|rub)?[.]?' %}
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
        role = 'hint', multiIf(
            isNull(said), multiIf(
                NOT shop_is_container(json), '',
                NOT match(
                    replaceRegexpAll(json, '"(?:[^"\\\\]|\\\\.)*"\\s*:|"\\s*"', ''),
                    '"[^"]*[^"\\s][^"]*"|[0-9]|true'
                ), '',
                countMatches(json, '{{ AMOUNT }}[^{\\[\\s]') = 0, 'unknown',
                countMatches(json, '{{ AMOUNT }}[^{\\[\\s]') = countMatches(
                    json, '{{ AMOUNT }}(?:null|false|{{ ZERO }}|"(?:{{ ZERO }})?")\\s*[,}]'
                ), '',
                'unknown'
            ),
            agreed, 'unknown',
            isNotNull(agreed), '',
            isNull(something), '',
            match(said, '^[-+]?[0., ]+(?:₽|р|руб|rub)?[.]?$'), '',
            isNull(shop_day_text(said)), '',
            match(said, '^(?:{{ EMPTY_TIMES | join('|') }})(?:[^0-9]|$)'), '',
            match(word, '{{ DENIED }}'), '',
            'unknown'
        ),
        role IN ('gone', 'gone d'), multiIf(
            isNull(something), '',
            if(role = 'gone d', said IN ('d', '-d', 'dl', 'del'), 0), 'unknown',
            NOT match(word, '{{ DELETION_STEMS }}'), '',
            match(said, '^.{61}|^(?:[^ ]+ ){4}'), '',
            match(word, '{{ DENIED }}'), '',
            'unknown'
        ),
        role = 'done', multiIf(agreed, '', isNotNull(agreed), 'unknown', coalesce(said = '-1', 0), 'unknown', ''),
        role = 'present', if(if(isNull(something), shop_is_container(json), 1), 'unknown', ''),
        if(isNull(said), role NOT IN ('other', 'other d', 'code', 'form', 'mode', 'prose', 'word', 'state'), 0),
        if(shop_is_container(json), 'unknown', 'in'),
        role IN ('flag', 'time'), multiIf(
            agreed, 'out',
            isNotNull(agreed), 'in',
            isNull(something), 'in',
            match(said, '^[-+]?[0., ]+(?:₽|р|руб|rub)?[.]?$'), 'in',
            isNull(shop_day_text(said)), 'in',
            match(said, '^(?:{{ EMPTY_TIMES | join('|') }})(?:[^0-9]|$)'), 'in',
            match(said, '^(?:{{ THIS_CENTURY | join('|') }})$'), 'out',
            'unknown'
        ),
        role = 'sale', multiIf(agreed, 'in', isNotNull(agreed), 'out', isNull(something), 'in', 'unknown'),
        role = 'change', multiIf(
            said IN (
                'c', 'r', 'u', 'i', 'l', '+i', '+u', 'create', 'read', 'insert', 'update', 'update_postimage'
            ), 'in',
            said IN ('d', '-d', 'delete', 'deleted'), 'out',
            'unknown'
        ),
        role = 'capture', multiIf(said = '1', 'out', said IN ('2', '4', '5'), 'in', 'unknown'),
        isNull(something), if(role IN ('status', 'type'), 'in', ''),
        {{ is_one_of('word', mark_words.NO_SALE_WORDS) }}, if(role IN ('status', 'type'), 'out', 'unknown'),
        role = 'prose', '',
        role = 'word', if(
            if(coalesce(agreed, false), 1, match(said, '^(?:{{ THIS_CENTURY | join('|') }})$')), 'unknown', ''
        ),
        {{ is_one_of('word', mark_words.SALE_WORDS) }}, if(role IN ('status', 'type'), 'in', ''),
        role = 'type', transform(coalesce(said, ''), ['1', '2', '3', '4'], ['in', 'out', 'out', 'out'], 'unknown'),
        role IN ('status', 'state'), 'unknown',
        if(role IN ('other d', 'code'), said IN ('d', '-d', 'dl', 'del'), 0), 'unknown',
        if(role = 'code', said IN ('2', '3', '4'), 0), 'unknown',
        if(role = 'form', said IN ('31', '41'), 0), 'unknown',
        if(role = 'mode', word IN {{ words(mark_words.TEST_WORDS) }}, 0), 'unknown',
        NOT match(replaceRegexpAll(word, '{{ NO_REFUSALS }}', ''), '{{ NO_SALE_STEMS }}'), '',
        match(said, '^.{61}|^(?:[^ ]+ ){4}'), '',
        match(word, '{{ DENIED }}'), '',
        'unknown'
    )
