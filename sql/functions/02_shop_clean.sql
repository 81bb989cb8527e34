-- Text as MART has it: without the spaces of Unicode around it (those that Python's str.strip removes), in lower case;
-- NULL when nothing is left.   ' Большая Пикча ' -> 'большая пикча'   '  ' -> NULL
CREATE OR REPLACE FUNCTION shop_clean{{ on_cluster }} AS (value) ->
    nullIf(
        lowerUTF8(
            replaceRegexpAll(
                value,
                '^[\\x09-\\x0d\\x1c-\\x20\\x{85}\\p{Z}]+|[\\x09-\\x0d\\x1c-\\x20\\x{85}\\p{Z}]+$',
                ''
            )
        ),
        ''
    )
