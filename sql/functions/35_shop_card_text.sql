-- The text of a card number; NULL for what says that there is no card.   '0', '000', 'false', 'нет карты' -> NULL
CREATE OR REPLACE FUNCTION shop_card_text{{ on_cluster }} AS (written) ->
    if(match(written, '^(?:0+|false|ложь|(?:нет|без) карты|no card)$'), NULL, written)
