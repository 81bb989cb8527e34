-- What a field beside the model says of its document. In an object or list nobody knows what it means: it is counted and
-- excludes nothing, but for the listed ones.
-- A row of Snowflake's streams that an update replaces is no deletion.
-- '', 'status.', 'status', 'out' -> 'out'   '.', 'order.status', 'status', 'out' -> 'unknown'
-- '.', '_meta.op', 'change', 'out' -> 'out'   '.', 'meta.op', 'change', 'unknown' -> ''
{% from 'macros/marks.sql' import words %}
CREATE OR REPLACE FUNCTION shop_beside_mark{{ on_cluster }} AS (where_found, path, role, is_replaced, mark) ->
    multiIf(
        if(path = 'metadata$action.', is_replaced, 0), 'unknown',
        where_found = '', mark,
        mark IN ('', 'in'), '',
        path IN {{ words(mark_words.NESTED_CHANGE_FIELDS) }}, mark,
        if(role IN ('change', 'capture'), mark = 'unknown', 0), '',
        'unknown'
    )
