-- What a status says: 'out' when it is no sale, 'in' when it is one, 'unknown' for a word that is not listed.
-- 'wc-refunded' -> 'out'   'completed' -> 'in'   'partially refunded' -> 'unknown'
{% from 'macros/marks.sql' import NO_SALE_WORDS, SALE_WORDS, words %}
CREATE OR REPLACE FUNCTION shop_status_mark{{ on_cluster }} AS (said) ->
    multiIf(
        isNull(shop_something(said)), 'in',
        shop_mark_word(said) IN {{ words(NO_SALE_WORDS) }}, 'out',
        shop_mark_word(said) IN {{ words(SALE_WORDS) }}, 'in',
        'unknown'
    )
