-- The name of a city or settlement, without the word for what it is where that is beyond doubt, with е for ё and one kind
-- of hyphen. A single letter with a dot may be part of a name (С.-Петербург, П. Посад), and only г. is taken for a word;
-- a name has two letters, so that г.о. and г.-к. stay.
-- 'г. москва', 'г москва', 'город москва', 'москва г', 'москва, город' -> 'москва'   'орёл' -> 'орел'
-- 'п.г.т. линево', 'пгт линево' -> 'линево'   'с.-петербург', 'п. посад', 'г.о. химки', 'старый город' -> the same
CREATE OR REPLACE FUNCTION shop_city_name{{ on_cluster }} AS (written) ->
    if(
        match(written, '[ .,ё\\p{Pd}]'),
        replaceAll(
            replaceRegexpAll(
                replaceRegexpAll(written, ' ?\\p{Pd} ?', '-'),
                concat(
                    '^(?:(?:г|гор|пос|дер|пгт|рп|п[.] ?г[.] ?т|р[.] ?п)(?:[.] ?| )|',
                    '(?:город|поселок|посёлок|село|деревня|city of) )(\\p{L}\\p{L})|',
                    '(?: |, ?)(?:г|гор|пгт|рп|п[.] ?г[.] ?т|р[.] ?п)[.]?$|, ?город$'
                ),
                '\\1'
            ),
            'ё', 'е'
        ),
        written
    )
