-- Yes or no; NULL when it is neither.   'true', '"True"', '1', '"1"' -> true   'false', '0' -> false   '"да"' -> NULL
CREATE OR REPLACE FUNCTION shop_bool{{ on_cluster }} AS (json) ->
    multiIf(shop_text(json) IN ('true', '1'), true, shop_text(json) IN ('false', '0'), false, NULL)
