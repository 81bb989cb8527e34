-- Whether a line takes something away: its quantity, its price or its total is below zero.
CREATE OR REPLACE FUNCTION shop_is_negative{{ on_cluster }} AS (quantity, price_per_unit, total_price) ->
    multiIf(quantity < 0, 1, price_per_unit < 0, 1, total_price < 0, 1, 0)
