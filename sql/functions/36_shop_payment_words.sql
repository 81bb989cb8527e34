-- The words of a payment method: without a dot at the end, with blanks for hyphens and underscores, е for ё.
CREATE OR REPLACE FUNCTION shop_payment_words{{ on_cluster }} AS (written) ->
    replaceAll(replaceRegexpAll(replaceRegexpOne(written, '[.]$', ''), '[-_]+', ' '), 'ё', 'е')
