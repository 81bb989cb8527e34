-- The shape of a value, for an example without what it says: letters become a or я, digits 9; at most 40 characters.
-- '"Иванов 17"' -> 'яяяяяя 99'
CREATE OR REPLACE FUNCTION shop_shape{{ on_cluster }} AS (json) ->
    replaceRegexpAll(
        replaceRegexpAll(
            replaceRegexpAll(
                substringUTF8(coalesce(shop_scalar(json), json), 1, 40), '\\p{Cyrillic}', 'я'
            ),
            '[^\\P{L}я]',
            'a'
        ),
        '\\p{N}',
        '9'
    )
