-- Whether a number is below zero, before it is rounded; '' when it is not, or is not a number.
CREATE OR REPLACE FUNCTION shop_negative{{ on_cluster }} AS (field, json) ->
    if(shop_number(json) < 0, concat(field, ': negative'), '')
