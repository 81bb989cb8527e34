-- Yes or no, in the words of docs/cleaning.md; NULL when it is neither.   'true', '1', 'да' -> true   'нет' -> false
-- 'maybe', '-' -> NULL
CREATE OR REPLACE FUNCTION shop_bool{{ on_cluster }} AS (said) ->
    multiIf(
        said IN ('true', 't', '1', '1.0', 'yes', 'y', 'on', '+', 'да', 'д', 'истина', 'есть', 'вкл'), true,
        said IN ('false', 'f', '0', '0.0', 'no', 'n', 'off', 'нет', 'н', 'ложь', 'выкл'), false,
        NULL
    )
