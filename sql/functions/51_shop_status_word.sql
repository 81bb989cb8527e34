-- A status, of text as it was written, in the form in which marks are listed; letter case divides words as blanks do.
-- 'wc-cancelled' -> 'cancelled'   'RefundSell' -> 'refund_sell'   'ЧекККМВозврат' -> 'чек_ккм_возврат'
CREATE OR REPLACE FUNCTION shop_status_word{{ on_cluster }} AS (scalar) ->
    shop_mark_word(replaceRegexpAll(scalar, '([A-ZА-ЯЁ])([A-ZА-ЯЁ][a-zа-яё])', '\\1_\\2'))
