-- A status, of text as a name, in the form in which marks are listed.   'wc-cancelled' -> 'cancelled'
CREATE OR REPLACE FUNCTION shop_status_word{{ on_cluster }} AS (said) ->
    replaceRegexpOne(replaceAll(replaceRegexpAll(said, '[ -]+', '_'), 'ё', 'е'), '^wc_', '')
