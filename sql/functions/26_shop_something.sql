-- A text of MART, or NULL when it means a missing value (docs/cleaning.md, "Missing values").
-- 'молоко' -> 'молоко'   '-', 'нет', 'n/a' -> NULL
CREATE OR REPLACE FUNCTION shop_something{{ on_cluster }} AS (word) ->
    if(
        word IN (
            '{{ nothing.WORDS_FOR_NOTHING | join("', '") }}'
        ),
        NULL,
        word
    )
