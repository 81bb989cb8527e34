-- An amount's text without the rouble's sign or word around it; another currency stays, and makes it unreadable.
-- '129,90 ₽', '129,90 руб.', 'rub 129,90' -> '129,90'   '12 $' -> '12 $'
CREATE OR REPLACE FUNCTION shop_amount{{ on_cluster }} AS (written) ->
    if(
        match(written, '[₽rр]'),
        replaceRegexpAll(
            written, '^(?:₽|ru[br][.]?|р[.]|руб(?:[.]|лей|ля|ль)?) ?| ?(?:₽|ru[br][.]?|р[.]?|руб(?:[.]|лей|ля|ль)?)$', ''
        ),
        written
    )
