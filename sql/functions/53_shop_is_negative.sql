-- Whether a line takes something away: its quantity or its price is below zero.
CREATE OR REPLACE FUNCTION shop_is_negative{{ on_cluster }} AS (quantity, total_price) ->
    multiIf(quantity < 0, 1, total_price < 0, 1, 0)
