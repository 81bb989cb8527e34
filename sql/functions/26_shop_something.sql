-- A text of MART, or NULL when it is a word for nothing (docs/cleaning.md, "What stands for nothing").
-- 'молоко' -> 'молоко'   '-', 'нет', 'n/a' -> NULL
CREATE OR REPLACE FUNCTION shop_something{{ on_cluster }} AS (word) ->
    if(
        word IN (
            '-', '--', '---', '—', '–', '.', 'нет', 'no', 'none', 'null', 'nil', 'nan', 'n/a', 'na', 'n.a.', '#n/a', 'undefined', '(null)',
            '<null>', 'нет данных', 'не указано', 'не указан', 'не указана', 'не задано', 'не задан', 'неизвестно',
            'отсутствует', 'пусто', 'н/д', 'б/н', 'unknown', 'empty', 'not specified', 'not set'
        ),
        NULL,
        word
    )
