-- A text of MART, or NULL when it is a word for nothing (docs/cleaning.md, "What stands for nothing").
-- 'молоко' -> 'молоко'   '-', 'нет', 'n/a' -> NULL
CREATE OR REPLACE FUNCTION shop_something{{ on_cluster }} AS (word) ->
    if(
        word IN (
            '{{ nothing.WORDS_FOR_NOTHING | join("', '") }}'
        ),
        NULL,
        word
    )
