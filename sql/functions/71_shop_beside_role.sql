-- The role of a field beside the model, from two: that of its own name, and that with the name of the field around it
-- before its own. `status` alone may be that of a delivery, `order.status` is that of the purchase; a 2 is a return
-- where the name is one of receipts, or the field is in a receipt: `document_type` alone may be that of a courier's
-- passport. What once was says nothing (`status_history`). `where_found` is '' at the top of a document, a dot in an
-- object or list.
-- '.', 'a.type', ['type', 'type'] -> 'type'   '.', 'a.type', ['type', 'other'] -> 'other'
-- '.', 'a.receipt_type', ['type', 'other'] -> 'type'   '.', 'a.doc_type', ['type', 'other'] -> 'other'
-- '.', 'content.type' -> 'code', as in receipts of Russian tills
-- '.', 'order.doc_type', ['type', 'other'] -> 'type'
{% from 'macros/marks.sql' import words %}
{% set RECEIPTS = '(?:^|_)(?:(?:receipt|order|purchase|sale|cheque)s?|(?:чек|заказ|покупк|продаж)[а-я]{0,2})[.]' %}
{% set OF_RECEIPTS = '[.](?:receipt_*(?:type|operation)|calculation_*(?:sign|type)|(?:tag_*)?1054|признак_*расчета'
    ~ '|fiscal_*(?:operation|type))_*$' %}
CREATE OR REPLACE FUNCTION shop_beside_role{{ on_cluster }} AS (where_found, path, roles) ->
    multiIf(
        where_found = '', roles[1],
        match(path, '^[^.]*(?:histor|timeline|истори|журнал)'), '',
        path IN {{ words(mark_words.NESTED_CHANGE_FIELDS) }}, 'change',
        roles[1] = 'done', '',
        roles[1] NOT IN ('status', 'type', 'state', 'other', 'other d', 'prose'), roles[1],
        roles[2] IN ('status', 'type', 'state'), roles[2],
        roles[1] IN ('status', 'state'), 'other',
        roles[1] != 'type', roles[1],
        match(path, '{{ OF_RECEIPTS }}'), 'type',
        path = 'content.type', 'code',
        match(path, '[.](?:type|тип|operation)?$'), if(roles[2] = 'code', 'code', 'other'),
        match(path, '{{ RECEIPTS }}'), 'type',
        if(roles[2] = 'code', 'code', 'other')
    )
