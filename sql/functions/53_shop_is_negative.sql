-- Whether a line takes something away: its quantity or its price is below zero.
CREATE OR REPLACE FUNCTION shop_is_negative{{ on_cluster }} AS (quantity, total_price) ->
    coalesce(quantity < 0, false) OR coalesce(total_price < 0, false)
