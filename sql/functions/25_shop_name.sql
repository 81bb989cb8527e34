-- Text so that what names the same compares equal: in lower case, in Unicode's composed form (NFC), without invisible
-- characters, every run of blanks one space, none around it; NULL when nothing is left. NFKC would also change signs
-- that people see, such as № and ½.   '  Большая  Пикча ' -> 'большая пикча'
CREATE OR REPLACE FUNCTION shop_name{{ on_cluster }} AS (value) ->
    nullIf(
        lowerUTF8(
            if(
                -- Most text needs none of it.
                match(value, '[^!-~А-Яа-яЁё ]|^ | $|  '),
                trim(
                    BOTH ' ' FROM replaceRegexpAll(
                        normalizeUTF8NFC(
                            replaceRegexpAll(value, '[\\p{Cf}\\x{034F}\\x{FE00}-\\x{FE0F}]', '')
                        ),
                        '[\\x09-\\x0d\\x1c-\\x20\\x{85}\\p{Z}]+',
                        ' '
                    )
                ),
                value
            )
        ),
        ''
    )
