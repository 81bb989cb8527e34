-- The code of a gender; NULL when the word means none.   'м', 'муж.', 'male' -> 'male'   '1' -> NULL
CREATE OR REPLACE FUNCTION shop_gender{{ on_cluster }} AS (written) ->
    multiIf(
        written IN ('male', 'm', 'man', 'м', 'муж', 'муж.', 'мужской', 'мужчина'), 'male',
        written IN ('female', 'f', 'woman', 'ж', 'жен', 'жен.', 'женский', 'женщина'), 'female',
        written IN ('other', 'другой'), 'other',
        NULL
    )
