-- Why a value that is there was not read, by the way in which its field is read.
-- 'text', '__debezium_unavailable_value' -> 'left out by a change-data tool'
-- 'shelf_life', 'семь' -> 'not a number'   'bool', 'maybe' -> 'neither yes nor no'   'text', NULL -> 'not a single value'
CREATE OR REPLACE FUNCTION shop_unread{{ on_cluster }} AS (reader, written) ->
    multiIf(
        isNull(written), 'not a single value',
        reader = 'money', shop_number_reason(shop_amount(written)),
        reader = 'shelf_life', if(isNull(shop_number(written)), shop_number_reason(written), 'not a whole number in range'),
        reader IN ('quantity', 'latitude', 'longitude', 'grams', 'calories'), shop_number_reason(written),
        reader IN ('date', 'instant'), shop_day_reason(written, reader = 'instant'),
        reader IN ('text', 'reference'), 'left out by a change-data tool',
        reader = 'wrapped', 'its fields are in another object in it',
        reader = 'address', 'missing, but there is a delivery address',
        reader = 'status', 'unknown status',
        reader = 'voided', 'every line voided, but a total above zero',
        reader = 'labels', 'not a list',
        reader = 'line', 'not an object',
        reader = 'blank', 'no field of a line',
        reader = 'zero', 'zero, so that nothing was bought',
        reader = 'sign', 'negative, but the total is not',
        reader = 'bool', 'neither yes nor no',
        reader = 'city', 'not one city',
        reader = 'currency', 'another currency, read as roubles',
        reader = 'spelling', 'a known field under another spelling',
        reader = 'payment', 'unknown payment method',
        reader = 'gender', 'unknown gender',
        reader = 'card', 'not a card number',
        'not a text'
    )
