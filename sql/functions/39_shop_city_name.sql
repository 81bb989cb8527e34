-- The name of a city or settlement, without the word for what it is where that is beyond doubt, with е for ё, one kind
-- of hyphen, and Cyrillic letters for what looks like them in a Cyrillic name. A single letter with a dot may be part of
-- a name (С.-Петербург, П. Посад), and only г. is taken for a word; a name has two letters, so that г.о. and г.-к. stay.
-- 'г. москва', 'г москва', 'город москва', 'москва г', 'москва город' -> 'москва'   'орёл', 'орëл', '0рёл' -> 'орел'
-- 'п.г.т. линево', 'пгт линево', 'поселок городского типа линево' -> 'линево'
-- 'с.-петербург', 'п. посад', 'г.о. химки', 'старый город' -> the same   'г. н. новгород' -> 'н. новгород'
CREATE OR REPLACE FUNCTION shop_city_name{{ on_cluster }} AS (written) ->
    if(
        match(written, '[ .,0ёëαεορτχκ\\p{Pd}]'),
        replaceAll(
            replaceRegexpAll(
                replaceRegexpAll(
                    if(
                        match(written, '[0ëαεορτχκ]'),
                        if(
                            match(written, '[а-яё]'),
                            replaceRegexpAll(
                                replaceRegexpAll(
                                    translateUTF8(written, 'ëαεορτχκ', 'ёаеортхк'),
                                    '(^|[^0-9])0([а-яё])',
                                    '\\1о\\2'
                                ),
                                '([а-яё])0',
                                '\\1о'
                            ),
                            written
                        ),
                        written
                    ),
                    ' ?\\p{Pd} ?',
                    '-'
                ),
                concat(
                    '^(?:(?:г|гор|пос|дер|пгт|рп|п[.] ?г[.] ?т|р[.] ?п)(?:[.] ?| )|',
                    '(?:город федерального значения|город-герой|(?:рабочий )?(?:поселок|посёлок)(?: городского типа)?',
                    '|город|село|деревня|станица|хутор|аул|city of) )((?:[б-йл-нр-я][.] ?)?\\p{L}\\p{L})|',
                    '(?: |, ?)(?:г|гор|пгт|рп|п[.] ?г[.] ?т|р[.] ?п)[.]?$|, ?город$|([^й]) город$'
                ),
                '\\1\\2'
            ),
            'ё', 'е'
        ),
        written
    )
