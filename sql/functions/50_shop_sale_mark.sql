-- What a field beside the model says of a purchase: as shop_deletion_mark, and 'out' for what is no sale. The digits are
-- those of the fiscal documents' format: 1 is a sale, 2 its return, 3 and 4 are what the shop buys.
-- 'status', 'cancelled' -> 'out'   'type', 'sell' -> 'in'   'applicable', 'false' -> 'out'   'comment', 'возврат' -> ''
{% from 'macros/marks.sql' import STATUS_FIELDS, TYPE_FIELDS, NO_SALE_FLAGS, NO_SALE_TIMES, SALE_FLAGS, words %}
CREATE OR REPLACE FUNCTION shop_sale_mark{{ on_cluster }} AS (field, said) ->
    multiIf(
        field IN {{ words(STATUS_FIELDS) }}, shop_status_mark(said),
        field IN {{ words(TYPE_FIELDS) }},
        multiIf(said = '1', 'in', said IN ('2', '3', '4'), 'out', shop_status_mark(said)),
        field IN {{ words(NO_SALE_FLAGS) }}, shop_flag_mark(said),
        field IN {{ words(NO_SALE_TIMES) }}, if(isNull(shop_something(said)), 'in', 'out'),
        field IN {{ words(SALE_FLAGS) }},
        multiIf(isNull(shop_something(said)) AND isNull(shop_bool(said)) OR shop_bool(said), 'in', isNotNull(shop_bool(said)), 'out', 'unknown'),
        shop_deletion_mark(field, said)
    )
