-- Yes or no, in the words of docs/cleaning.md; NULL when it is neither.   'true', '1', 'да' -> true   'нет' -> false
-- 'maybe', '-' -> NULL
CREATE OR REPLACE FUNCTION shop_bool{{ on_cluster }} AS (said) ->
    multiIf(
        said IN ('{{ truth_words.YES_WORDS | join("', '") }}'), true,
        said IN ('{{ truth_words.NO_WORDS | join("', '") }}'), false,
        NULL
    )
