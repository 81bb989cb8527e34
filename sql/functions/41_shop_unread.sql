-- Why a value that is there was not read, by the way in which its field is read.
-- 'text', '__debezium_unavailable_value' -> 'left out by a change-data tool'
-- 'shelf_life', 'семь' -> 'not a number'   'bool', 'maybe' -> 'neither yes nor no'   'text', NULL -> 'not a single value'
CREATE OR REPLACE FUNCTION shop_unread{{ on_cluster }} AS (reader, written) ->
    multiIf(
        isNull(written), 'not a single value',
        if(reader = 'shelf_life', isNotNull(shop_number(written)), 0), 'not a whole number in range',
        reader IN ('money', 'quantity', 'latitude', 'longitude', 'grams', 'calories', 'shelf_life'),
        arrayMap(number -> shop_number_reason(number), [if(reader = 'money', shop_amount(written), written)])[1],
        reader IN ('date', 'instant'), shop_day_reason(written, reader = 'instant'),
        reader IN ('text', 'reference'),
        if(startsWith(written, '__debezium'), 'left out by a change-data tool', 'text that was read in a wrong encoding'),
        reader = 'wrapped', 'its fields are in another object in it',
        reader = 'address', 'missing, but there is a delivery address',
        reader = 'status', 'unknown status',
        reader = 'voided', 'every line voided, but a total above zero',
        reader = 'labels', 'not a list',
        reader = 'line', 'not an object',
        reader = 'blank', 'no field of a line',
        reader = 'zero', 'zero, so that nothing was bought',
        reader = 'sign', 'negative, but the total is not',
        reader = 'unmatched', 'missing, so that a negative line cancels none',
        reader = 'bool', 'neither yes nor no',
        reader = 'city', 'not one city',
        reader = 'currency', 'another currency, read as roubles',
        reader = 'spelling', 'a known field under another spelling',
        reader = 'payment', 'unknown payment method',
        reader = 'gender', 'unknown gender',
        reader = 'card', 'not a card number',
        'not a text'
    )
