-- A card number: it has at least one digit.   'loyal-1' -> 'loyal-1'   'есть' -> NULL
CREATE OR REPLACE FUNCTION shop_card{{ on_cluster }} AS (written) -> if(match(written, '[0-9]'), written, NULL)
