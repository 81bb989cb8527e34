-- The name of a field, or a status, in the form in which marks are listed.   'Order Status' -> 'order_status'
-- 'wc-cancelled' -> 'cancelled'
CREATE OR REPLACE FUNCTION shop_mark_word{{ on_cluster }} AS (value) ->
    replaceRegexpOne(replaceAll(replaceRegexpAll(lowerUTF8(value), '[ -]+', '_'), 'ё', 'е'), '^wc_', '')
