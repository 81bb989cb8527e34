-- A card number: words with a digit, and beside them at most Latin words, the word for a card and №; NULL for a remark.
-- 'loyal-1', '2200 1234', 'карта № 12', 'gold 12' -> the text   'есть', 'нет (с 2024)', 'скидка 5%', '-5' -> NULL
CREATE OR REPLACE FUNCTION shop_card{{ on_cluster }} AS (written) ->
    multiIf(
        NOT match(written, '[0-9]'), NULL,
        match(written, '^(?:no|not|none|without) '), NULL,
        match(
            written,
            concat(
                '^(?:(?:карта|№|#|[a-z][a-z.:]*|',
                '(?:[\\p{L}№#+*_][\\p{L}№#+*:._/-]*)?[0-9][\\p{L}0-9№#+*:._/-]*)(?: |$))+$'
            )
        ), written,
        NULL
    )
