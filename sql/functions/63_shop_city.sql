-- The city or settlement in a text, as shop_city_name has it, also where country, region, street or postal code stand
-- beside it with commas; NULL where more than one name is left, or what is left is none: signs, digits, a country or a
-- region, Latin letters among Cyrillic ones. Three digits are no part of a name; Красноярск-26 is one.
-- 'псковская обл., г. псков', 'россия, псков', 'псков.' -> 'псков'
-- 'псков (центр)', 'псков, тверь', 'псков и тверь', 'пcков', 'псковская область', 'россия', '???', '77' -> NULL
{% set COUNTRIES = '^(?:россия|рф|российская федерация|russia|russian federation|казахстан|kazakhstan|беларусь|белоруссия'
    ~ '|belarus|украина|ukraine|армения|armenia|азербайджан|грузия|киргизия|кыргызстан|молдова|молдавия|таджикистан'
    ~ '|узбекистан|uzbekistan)$' %}
{% set REGIONS = '(?:^| )(?:обл|область|край|респ|республика|район|р-н|округ|ао)[.]?(?: |$)' %}
{% set STREETS = '(?:^| )(?:ул|улица|пр-т|проспект|пер|переулок|ш|шоссе|наб|набережная|пл|площадь|б-р|бульвар)(?:[. ]|$)' %}
{% set BESIDE = [
    COUNTRIES,
    REGIONS,
    STREETS,
    '^[0-9]{6}$',
    '^(?:д|дом|кв|корп|стр|оф|офис)[. ]*[0-9]',
    '^[0-9]{1,4} ?[а-я]?$',
] %}
{% set SIGNS = '[\\\\x00-\\\\x1f\\\\x{7f}-\\\\x{bf}!-&(-+/:-@\\\\x{5b}-\\\\x{60}{-~«»„“”№\\\\x{FFFD}]' %}
{% set NO_NAME = SIGNS ~ '|^\\\\x27|\\\\x27$|[0-9]{3}|[a-zà-ÿα-ω0-9][а-яё]|[а-яё][a-zà-ÿα-ω0-9]|^[^\\\\p{L}]*\\\\p{L}?[^\\\\p{L}]*$| (?:и|and) '
    ~ '|^(?:true|false|online|онлайн|internet|интернет|all|все|other|другой|другое|test|тест|нет города'
    ~ '|не определ[её]н)$' %}
CREATE OR REPLACE FUNCTION shop_city{{ on_cluster }} AS (written) ->
    if(
        match(written, '[,]|[.]$|{{ [NO_NAME, COUNTRIES, REGIONS, STREETS] | join('|') }}'),
        arrayMap(
            names -> multiIf(length(names) != 1, NULL, match(names[1], '{{ NO_NAME }}'), NULL, shop_something(names[1])),
            [
                arrayFilter(
                    name -> multiIf(name = '', 0, match(name, '{{ BESIDE | join('|') }}'), 0, 1),
                    arrayMap(
                        part -> coalesce(shop_city_name(part), ''),
                        splitByRegexp(' ?, ?', replaceRegexpOne(coalesce(shop_city_name(written), ''), '[ .,]+$', ''))
                    )
                )
            ]
        )[1],
        shop_city_name(written)
    )
