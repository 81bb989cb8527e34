-- What a field beside the model says of a line: 'out' when it was voided at the till.   'voided', 'да' -> 'out'
{% from 'macros/marks.sql' import STATUS_FIELDS, NO_SALE_FLAGS, NO_SALE_TIMES, words %}
CREATE OR REPLACE FUNCTION shop_line_mark{{ on_cluster }} AS (field, said) ->
    multiIf(
        field IN {{ words(STATUS_FIELDS) }}, shop_status_mark(said),
        field IN {{ words(NO_SALE_FLAGS) }}, shop_flag_mark(said),
        field IN {{ words(NO_SALE_TIMES) }}, if(isNull(shop_something(said)), 'in', 'out'),
        shop_deletion_mark(field, said)
    )
