-- The role of a field beside the model, from two: that of its own name, and that with the name of the field around it
-- before its own. `status` alone may be that of a delivery, `order.status` is that of the purchase; a 2 is a return where
-- the name alone says so. What once was says nothing (`status_history`). `where_found` is '' at the top of a document, a dot in an object or list.
-- '.', 'a.type', ['type', 'type'] -> 'type'   '.', 'a.type', ['type', 'other'] -> 'other'
{% from 'macros/marks.sql' import NESTED_CHANGE_FIELDS, words %}
CREATE OR REPLACE FUNCTION shop_beside_role{{ on_cluster }} AS (where_found, path, roles) ->
    multiIf(
        where_found = '', roles[1],
        match(path, '^[^.]*(?:histor|timeline|истори|журнал)'), '',
        path IN {{ words(NESTED_CHANGE_FIELDS) }}, 'change',
        roles[1] = 'done', '',
        roles[1] NOT IN ('status', 'type', 'state', 'other', 'other d', 'prose'), roles[1],
        roles[2] IN ('status', 'type', 'state'), roles[2],
        if(roles[1] = 'type', NOT match(path, '[.](?:type|тип|operation)?$'), 0), 'type',
        roles[1] IN ('status', 'type', 'state'), 'other',
        roles[1]
    )
