-- The city or settlement in a text, as shop_city_name has it, also where country, region, street or postal code stand
-- beside it with commas; NULL where more than one name is left, or what is left is none: signs, digits, a country or a
-- region, Latin letters among Cyrillic ones, a word for a channel or a store. Three digits are no part of a name;
-- Красноярск-26 is one. A hyphen with a blank beside it may stand between two cities, but not in what stands beside one,
-- nor where a name is known to have it: 'ростов - на - дону', 'йошкар - ола', 'каменск - уральский', 'красноярск - 26'.
-- A hyphen bounds the words for a region or street as a blank does.
-- 'псковская обл., г. псков', 'россия, псков', 'псков.', 'псков, ул. ленина - 5', '«псков»', 'псков, псков' -> 'псков'
-- 'спб', 'с.-петербург', 'с. петербург' -> 'санкт-петербург'   'н.новгород', 'г. н. новгород' -> 'нижний новгород'
-- 'м.вишера' -> 'м. вишера'   'белый яр' -> the same
-- 'псков (центр)', 'псков, тверь', 'псков и тверь', 'пcков', 'псковская область', 'россия', '???', '77', 'псков - тверь',
-- 'московская область - химки', 'псков-ул.ленина', 'санкт-петербург - пушкин', 'интернет-магазин', 'псков россия',
-- 'псков 2', 'ru', 'подмосковье', 'псков филиал', 'москва цао', 'казань рт', 'город', 'рџсѓрєрѕрі' (псков, of UTF-8 that
-- was read as cp1251) -> NULL
{% from 'macros/encodings.sql' import MOJIBAKE %}
{% set COUNTRY = '(?:россия|россии|рф|российская федерация|russia|russian federation|казахстан|kazakhstan|беларусь|белоруссия'
    ~ '|belarus|украина|ukraine|армения|armenia|азербайджан|грузия|киргизия|кыргызстан|молдова|молдавия|таджикистан'
    ~ '|узбекистан|uzbekistan)' %}
{% set AREAS = 'подмосковье|ленобласть|мособласть|поволжье|урал|сибирь|дальний восток|приморье|прикамье|забайкалье'
    ~ '|ставрополье|черноземье|кубань|крым|татарстан|башкортостан|башкирия|дагестан|чувашия|удмуртия|мордовия|карелия'
    ~ '|якутия|бурятия|калмыкия|хакасия|адыгея|чечня|ингушетия|алтай|цфо|сзфо|юфо|скфо|пфо|урфо|уфо|сфо|дфо|мо|ло' %}
{% set COUNTRIES = '^' ~ COUNTRY ~ '$|^(?:' ~ AREAS ~ ')$' %}
{% set CHANNELS = '(?:интернет|internet|онлайн|online|веб|web|сайт|site|магазин|shop|store|заказ|order|самовывоз|pickup'
    ~ '|доставка|delivery|курьер|courier|склад|warehouse|тест|тестовый|тестовая|test|демо|demo|другой|другая|другое'
    ~ '|other|неизвестный|неизвестно|unknown|любой|прочее|прочие|разные|филиал|branch|офис|office|центр|cent(?:er|re)'
    ~ '|метро|мкр|микрорайон)' %}
{% set NOWHERE = 'true|false|all|все|нет города|не определ[её]н|rus|[a-z]{2}|город|city|town' %}
{% set REGIONS = '(?:^|[ \\\\p{Pd}])(?:обл|область|край|респ|республика|район|р-н|округ|(?:ц|[сю]|[сю]?[вз]|зел|тин)?ао)[.]?(?:[ \\\\p{Pd}]|$)' %}
{% set STREETS = '(?:^|[ \\\\p{Pd}])(?:ул|улица|пр|тр?ц|трк|бц|пр-т|проспект|пер|переулок|ш|шоссе|наб|набережная|пл|площадь|б-р'
    ~ '|бульвар)(?:[. \\\\p{Pd}]|$)' %}
{% set HOUSES = '^(?:д|дом|кв|корп|стр|оф|офис)[. ]*[0-9]' %}
{% set BESIDE = [
    COUNTRIES,
    REGIONS,
    STREETS,
    '^[0-9]{6}$',
    HOUSES,
    '^[0-9]{1,4} ?[а-я]?$',
] %}
{% set SIGNS = '[\\\\x00-\\\\x1f\\\\x{7f}-\\\\x{bf}!-&(-+/:-@\\\\x{5b}-\\\\x{60}{-~«»„“”№\\\\x{FFFD}]' %}
{% set SIGNED = SIGNS ~ '|^\\\\x27|\\\\x27$|[0-9]{3}|[a-zà-ÿα-ω0-9][а-яё]|[а-яё][a-zà-ÿα-ω0-9]|^[^\\\\p{L}]*\\\\p{L}?[^\\\\p{L}]*$| (?:и|and) '
    ~ '|(?:^|[ .\\\\p{Pd}])(?:' ~ COUNTRY ~ '|' ~ CHANNELS ~ ')(?:[ .\\\\p{Pd}]|$)| (?:[0-9]+|[a-z]{1,2}|[а-яё]|р[тбкдмхф]|мо|ло|ао|чр|кк)$'
    ~ '|[ .\\\\p{Pd}]м(?:[ .\\\\p{Pd}]|$)|' ~ MOJIBAKE %}
{% set NO_NAME = SIGNED ~ '|^(?:' ~ AREAS ~ '|' ~ NOWHERE ~ ')$' %}
{% set JOINED = ' \\\\p{Pd}|\\\\p{Pd} ' %}
{% set ONE_NAME = '\\\\p{Pd} ?(?:на|над) ?\\\\p{Pd}|(?:^|[ .])(?:санкт|йошкар|улан|нарьян|горно|ханты|усть|южно|северо|наро'
    ~ '|орехово|алма|сан|нью|лос) ?\\\\p{Pd} ?|\\\\p{Pd} ?(?:[а-яё]+(?:[сц]кий|ный)|[0-9]+)(?: |$)' %}
{# The short forms of which each means one city. #}
{% set SHORT = {
    'спб': 'санкт-петербург', 'с.-петербург': 'санкт-петербург', 'с-петербург': 'санкт-петербург',
    'с. петербург': 'санкт-петербург', 'питер': 'санкт-петербург', 'мск': 'москва', 'н. новгород': 'нижний новгород', 'в. новгород': 'великий новгород',
    'н. тагил': 'нижний тагил', 'н. челны': 'набережные челны', 'екб': 'екатеринбург',
} %}
CREATE OR REPLACE FUNCTION shop_city{{ on_cluster }} AS (written) ->
    arrayMap(
        name -> transform(
            coalesce(name, ''), ['{{ SHORT.keys() | join("', '") }}'], ['{{ SHORT.values() | join("', '") }}'], name
        ),
        [
            replaceRegexpOne(
                multiIf(
                    if(
                        match(written, '{{ JOINED }}'),
                        arrayExists(
                            part -> multiIf(
                                match(part, '{{ BESIDE | join('|') }}'), 0,
                                match(replaceRegexpAll(part, '{{ ONE_NAME }}', ''), '{{ JOINED }}')
                            ),
                            splitByRegexp(' ?, ?', written)
                        ),
                        0
                    ), NULL,
                    match(
                        written,
                        '[,]|[.]$|(?:^|[ .])(?:{{ AREAS }}|{{ NOWHERE }})$|{{ [SIGNED, REGIONS, STREETS, HOUSES] | join('|') }}'
                    ),
                    arrayMap(
                        names -> multiIf(length(names) != 1, NULL, match(names[1], '{{ NO_NAME }}'), NULL, shop_something(names[1])),
                        [
                            arrayDistinct(
                                arrayFilter(
                                    name -> multiIf(name = '', 0, match(name, '{{ BESIDE | join('|') }}'), 0, 1),
                                    arrayMap(
                                        part -> coalesce(shop_city_name(part), ''),
                                        splitByRegexp(
                                            ' ?, ?', replaceRegexpAll(coalesce(shop_city_name(written), ''), '^[«"“„]|[»"”“ .,]+$', '')
                                        )
                                    )
                                )
                            )
                        ]
                    )[1],
                    shop_city_name(written)
                ),
                '^([а-я])[.]([а-яё]{3})',
                '\\1. \\2'
            )
        ]
    )[1]
