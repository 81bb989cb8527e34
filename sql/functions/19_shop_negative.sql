-- Why an amount is rejected when it is below zero before rounding: '<field>: negative'; '' otherwise.
CREATE OR REPLACE FUNCTION shop_negative{{ on_cluster }} AS (field, written) ->
    if(
        arrayExists(amount -> coalesce(shop_number(amount) < 0, 0), [shop_amount(written)]),
        concat(field, ': negative'),
        ''
    )
