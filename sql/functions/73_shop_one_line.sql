-- A text of several lines as one, with commas between them: what stands on two lines may be two things.
-- 'Псков\nТверь' -> 'Псков, Тверь'   'Псков\n' -> the same
CREATE OR REPLACE FUNCTION shop_one_line{{ on_cluster }} AS (scalar) ->
    if(
        match(scalar, '[^ \\t\\r\\n][ \\t]*[\\r\\n]\\s*[^ \\t\\r\\n]'),
        replaceRegexpAll(scalar, '[ \\t]*[\\r\\n]\\s*', ', '),
        scalar
    )
