-- The name of a field that the model does not have, as it may be shown: a name that holds a number or an address could
-- be personal data.   'comment' -> 'comment'   '+79001234567', 'a@b.ru' -> '(masked)'
CREATE OR REPLACE FUNCTION shop_field_name{{ on_cluster }} AS (name) ->
    if(match(name, '[0-9]{4}|@'), '(masked)', substringUTF8(name, 1, 60))
