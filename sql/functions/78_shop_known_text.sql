-- A text of MART, or NULL for what Debezium writes where the database did not give it a value that has not changed
-- (`unavailable.value.placeholder`), and for text that was read in a wrong encoding.
-- 'молоко' -> 'молоко'   '__debezium_unavailable_value', 'рџсѓрєрѕрі' -> NULL
{% from 'macros/encodings.sql' import MOJIBAKE %}
CREATE OR REPLACE FUNCTION shop_known_text{{ on_cluster }} AS (word) ->
    if(match(word, '^__debezium_unavailable_value$|{{ MOJIBAKE }}'), NULL, word)
