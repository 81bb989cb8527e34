-- The name of a field, or a status, in the form in which marks are listed.   'Order Status', 'orderStatus' -> 'order_status'
-- 'wc-cancelled' -> 'cancelled'
CREATE OR REPLACE FUNCTION shop_mark_word{{ on_cluster }} AS (value) ->
    replaceRegexpOne(
        replaceAll(
            replaceRegexpAll(
                lowerUTF8(replaceRegexpAll(trim(BOTH ' ' FROM value), '([a-zа-яё0-9])([A-ZА-ЯЁ])', '\\1_\\2')), '[ -]+', '_'
            ),
            'ё', 'е'
        ),
        '^wc_',
        ''
    )
