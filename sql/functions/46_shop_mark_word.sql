-- The name of a field in the form in which marks are listed: in Unicode's composed form, as text is.
-- 'Order Status', 'orderStatus' -> 'order_status'   'wc-status' -> 'status'   'Проведён', in either form -> 'проведен'
CREATE OR REPLACE FUNCTION shop_mark_word{{ on_cluster }} AS (value) ->
    replaceRegexpOne(
        replaceAll(
            replaceRegexpAll(
                lowerUTF8(
                    replaceRegexpAll(
                        trim(
                            BOTH ' ' FROM if(
                                -- Most names need none of it.
                                match(value, '[^!-~А-Яа-яЁё ]'),
                                replaceRegexpAll(
                                    normalizeUTF8NFC(
                                        replaceRegexpAll(value, '[\\p{Cf}\\x{034F}\\x{FE00}-\\x{FE0F}]', '')
                                    ),
                                    '[\\x09-\\x0d\\x1c-\\x20\\x{85}\\p{Z}]+',
                                    ' '
                                ),
                                value
                            )
                        ),
                        '([a-zа-яё0-9])([A-ZА-ЯЁ])',
                        '\\1_\\2'
                    )
                ),
                '[ -]+',
                '_'
            ),
            'ё', 'е'
        ),
        '^wc_',
        ''
    )
