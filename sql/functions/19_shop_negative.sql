-- Why a number is rejected when it is below zero before rounding: '<field>: negative'; '' otherwise.
CREATE OR REPLACE FUNCTION shop_negative{{ on_cluster }} AS (field, json) ->
    if(shop_number(json) < 0, concat(field, ': negative'), '')
