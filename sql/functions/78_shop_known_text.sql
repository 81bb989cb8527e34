-- A text of MART, or NULL for what Debezium writes where the database did not give it a value that has not changed
-- (`unavailable.value.placeholder`).   'молоко' -> 'молоко'   '__debezium_unavailable_value' -> NULL
CREATE OR REPLACE FUNCTION shop_known_text{{ on_cluster }} AS (word) -> nullIf(word, '__debezium_unavailable_value')
