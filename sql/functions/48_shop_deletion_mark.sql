-- What a field beside the model says of its document's deletion, whatever the kind: 'out' when it is deleted, 'in' when
-- it is not, 'unknown' for a value that is not known, '' for a field that is no mark.
-- '__deleted', 'true' -> 'out'   '__op', 'u' -> 'in'   'comment', 'да' -> ''
{% from 'macros/marks.sql' import DELETION_FLAGS, DELETION_TIMES, CHANGE_FIELDS, words %}
CREATE OR REPLACE FUNCTION shop_deletion_mark{{ on_cluster }} AS (field, said) ->
    multiIf(
        field IN {{ words(DELETION_FLAGS) }}, shop_flag_mark(said),
        field IN {{ words(DELETION_TIMES) }}, if(isNull(shop_something(said)), 'in', 'out'),
        field NOT IN {{ words(CHANGE_FIELDS) }}, '',
        isNull(said) OR said IN ('c', 'r', 'u', 'i', 'l', 'create', 'read', 'insert', 'update', 'update_postimage'), 'in',
        said IN ('d', 'delete', 'deleted'), 'out',
        'unknown'
    )
