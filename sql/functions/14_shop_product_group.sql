-- The code of the product group whose words are in a label of MART, with or without the emoji; 'unknown' for the words
-- of no group or of several (docs/documents.md, "Product groups").
-- '🥛 молочные продукты' -> 'dairy'   'мясо' -> 'meat'   'бытовая химия', 'мясо и фрукты', NULL -> 'unknown'
CREATE OR REPLACE FUNCTION shop_product_group{{ on_cluster }} AS (label) ->
    transform(
        bitOr(
            bitOr(
                if(match(label, shop_word('зерновые|хлебобулочные')), 1, 0),
                if(match(label, shop_word('мясо|рыба|яйца|бобовые')), 2, 0)
            ),
            bitOr(
                bitOr(
                    if(match(label, shop_word('молочные')), 4, 0),
                    if(match(label, shop_word('фрукты|ягоды')), 8, 0)
                ),
                if(match(label, shop_word('овощи|зелень')), 16, 0)
            )
        ),
        [1, 2, 4, 8, 16],
        ['bakery', 'meat', 'dairy', 'fruit', 'vegetable'],
        'unknown'
    )
