-- An id that a document refers to, or NULL for what Debezium writes where the database did not give it a value that has
-- not changed. Any text may be an id, also one that looks as if it was read in a wrong encoding.
-- 'prd-1', 'р№с№р№' -> the same   '__debezium_unavailable_value' -> NULL
CREATE OR REPLACE FUNCTION shop_known_reference{{ on_cluster }} AS (word) ->
    nullIf(word, '__debezium_unavailable_value')
