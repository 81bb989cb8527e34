-- The city or settlement in a text, as shop_city_name has it, also where country, region, street or postal code stand
-- beside it with commas; NULL where more than one name is left, or what is left is none: digits, quotes, Latin letters
-- among Cyrillic ones. Three digits are no part of a name; Красноярск-26 is one.
-- 'псковская обл., г. псков', 'россия, псков', 'псков.' -> 'псков'   'псков (центр)', 'псков, тверь', 'пcков' -> NULL
{% set BESIDE = [
    '^(?:россия|рф|российская федерация|russia|russian federation)$',
    '(?:^| )(?:обл|область|край|респ|республика|район|р-н|округ|ао)[.]?(?: |$)',
    '^[0-9]{6}$',
    '(?:^| )(?:ул|улица|пр-т|проспект|пер|переулок|ш|шоссе|наб|набережная|пл|площадь|б-р|бульвар)(?:[. ]|$)',
    '^(?:д|дом|кв|корп|стр|оф|офис)[. ]*[0-9]',
    '^[0-9]{1,4} ?[а-я]?$',
] %}
{% set NO_NAME = '[;:()"«»„“”/]|[0-9]{3}|[a-z][а-яё]|[а-яё][a-z]' %}
CREATE OR REPLACE FUNCTION shop_city{{ on_cluster }} AS (written) ->
    if(
        match(written, '[,]|[.]$|{{ NO_NAME }}'),
        arrayMap(
            names -> multiIf(length(names) != 1, NULL, match(names[1], '{{ NO_NAME }}'), NULL, names[1]),
            [
                arrayFilter(
                    name -> multiIf(name = '', 0, match(name, '{{ BESIDE | join('|') }}'), 0, 1),
                    arrayMap(
                        part -> coalesce(shop_city_name(part), ''),
                        splitByRegexp(' ?, ?', replaceRegexpOne(coalesce(shop_city_name(written), ''), '[.,]+$', ''))
                    )
                )
            ]
        )[1],
        shop_city_name(written)
    )
