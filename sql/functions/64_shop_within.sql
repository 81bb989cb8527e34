-- A number within bounds, which belong to it; NULL when it is beyond them.   56.8, -90, 90 -> 56.8   95, -90, 90 -> NULL
CREATE OR REPLACE FUNCTION shop_within{{ on_cluster }} AS (value, low, high) ->
    multiIf(value < low, NULL, value > high, NULL, value)
