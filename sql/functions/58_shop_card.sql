-- A card number: words of letters and digits with a digit in each, and before them at most a word for a card, or one to
-- three Latin letters before four digits; also an encrypted phone or e-mail, by which shops know their members; NULL for a
-- remark or a date.
-- 'loyal-1', '2200 1234', 'карта № 12', 'gold 12', 'ab 123456', 'enc:v1:k1:ab2c' -> the text
-- 'есть', 'нет (с 2024)', 'since 2020', 'none-1', '5 percent', '01.02.2024', '1.5', '-5', '1e308' -> NULL
{% set REMARKS = 'no|not|none|null|nil|nan|empty|without|expired|blocked|lost|stolen|closed|pending|deleted|cancell?ed'
    ~ '|returned|issued|since|until|from|till|before|after|test|tel|phone|sms|exp|max|min|day|days|pcs|rub|usd|eur'
    ~ '|нет|без|не|тест|заявка' %}
{% set WORD = '(?:карта|card|номер|number|loyal|loyalty|bonus|club|vip|gold|silver|platinum|premium|member|no[.]|№|#):?' %}
{% set NUMBER = '(?:[\\\\p{L}№#+*_][\\\\p{L}№#+*_-]*)?[0-9][\\\\p{L}0-9#*_-]*|[0-9]{3,}(?:[./][0-9]{3,})+' %}
CREATE OR REPLACE FUNCTION shop_card{{ on_cluster }} AS (written) ->
    multiIf(
        NOT match(written, '[0-9]'), NULL,
        match(written, '^enc:v[0-9]+:[a-z0-9]+:[a-z2-7]+$'), written,
        match(written, '(?:^|[^\\p{L}])(?:{{ REMARKS }})(?:[^\\p{L}.]|$)'), NULL,
        match(
            written,
            concat(
                '^(?:(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])',
                '|(?:0?[1-9]|[12][0-9]|3[01])-(?:0?[1-9]|1[0-2])-(?:19|20)?[0-9]{2})(?:t[0-9]|$| )'
            )
        ), NULL,
        match(written, '^[0-9]+(?:[.][0-9]+)?e[0-9]+$'), NULL,
        match(written, '^(?:{{ WORD }} ?)*(?:(?:{{ NUMBER }})(?: |$))+$'), written,
        match(written, '^[a-z]{1,3} (?:19|20)[0-9]{2}$'), NULL,
        match(written, '^[a-z]{1,3} [0-9][0-9 -]{3,}$'), written,
        NULL
    )
