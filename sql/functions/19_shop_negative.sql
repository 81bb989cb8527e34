-- Why an amount is rejected when it is below zero before rounding: '<field>: negative'; '' otherwise.
CREATE OR REPLACE FUNCTION shop_negative{{ on_cluster }} AS (field, written) ->
    if(shop_number(shop_amount(written)) < 0, concat(field, ': negative'), '')
