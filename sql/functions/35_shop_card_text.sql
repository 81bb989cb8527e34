-- The text of a card number; NULL for what says that there is no card: zeros with or without what joins digits, -1, and
-- words.   '0', '0000 0000', '№ 0', '-1', 'false', 'нет карты' -> NULL   'loyal-0' -> 'loyal-0'
CREATE OR REPLACE FUNCTION shop_card_text{{ on_cluster }} AS (written) ->
    if(
        match(
            written, '^(?:(?:(?:карта|card|№|#) ?)*[ .,/_-]*0[0 .,/_-]*|-1(?:[.]0)?|false|ложь|(?:нет|без) карты|no card)$'
        ),
        NULL,
        written
    )
