-- Why a required field has no value: '' when it has one, otherwise a reason that can be counted.
-- 'price', '"12 $"', '12 $', NULL -> 'price: unreadable'   'price', '"-"', NULL, NULL -> 'price: missing'
CREATE OR REPLACE FUNCTION shop_fault{{ on_cluster }} AS (field, json, written, value) ->
    multiIf(
        isNotNull(value), '',
        isNotNull(written), concat(field, ': unreadable'),
        match(json, '^[{\\[]'), concat(field, ': unreadable'),
        concat(field, ': missing')
    )
