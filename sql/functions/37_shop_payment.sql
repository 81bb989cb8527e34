-- The code of a payment method by the words of docs/cleaning.md; NULL when they could mean several, or none.
-- 'наличные' -> 'cash'   'банковская карта', 'visa' -> 'card'   'сбп' -> 'sbp'   'безналичный' -> NULL
{% set WORDS = {
    'card': [
        'card', 'cards', 'карта', 'картой', 'карточка', 'карточкой', 'карты', 'по карте', 'банковская карта',
        'банковской картой', 'банк карта', 'пластиковая карта', 'пластиковой картой', 'кредитная карта',
        'кредитной картой', 'дебетовая карта', 'дебетовой картой', 'оплата картой', 'оплата по карте',
        'картой онлайн', 'bank card', 'credit card', 'debit card', 'creditcard', 'debitcard', 'by card',
        'card payment', 'visa', 'mastercard', 'master card', 'maestro', 'mir', 'мир', 'unionpay', 'эквайринг',
        'mir pay', 'apple pay', 'google pay', 'samsung pay', 'картой при получении', 'картой курьеру',
        'оплата картой при получении', 'оплата картой курьеру', 'card on delivery', 'pay by card', 'карта мир',
        'visa electron', 'мастеркард', 'виза'
    ],
    'cash': [
        'cash', 'наличные', 'наличными', 'наличка', 'нал', 'наличный', 'наличный расчет',
        'наличными при получении', 'наличными курьеру', 'за наличные', 'оплата наличными', 'by cash',
        'cash payment', 'cash on delivery', 'банкноты', 'оплата наличными при получении', 'оплата наличными курьеру',
        'pay by cash'
    ],
    'sbp': [
        'sbp', 'сбп', 'qr', 'qr код', 'по qr коду', 'оплата по сбп', 'система быстрых платежей',
        'faster payments system'
    ],
    'transfer': [
        'transfer', 'bank transfer', 'перевод', 'банковский перевод', 'wire transfer'
    ],
    'certificate': [
        'gift card', 'gift certificate', 'подарочная карта', 'подарочный сертификат', 'сертификат'
    ],
    'bonus': [
        'bonus', 'bonuses', 'бонусы', 'бонусами', 'баллы', 'баллами', 'points'
    ],
    'other': [
        'other', 'другое', 'иное', 'прочее', 'mixed', 'смешанная', 'смешанная оплата'
    ],
} %}
{% set words, codes = [], [] %}
{% for code in WORDS %}
{% for word in WORDS[code] %}
{% set _ = words.append(word) %}
{% set _ = codes.append(code) %}
{% endfor %}
{% endfor %}
CREATE OR REPLACE FUNCTION shop_payment{{ on_cluster }} AS (written) ->
    nullIf(
        transform(
            coalesce(shop_payment_words(written), ''),
            ['{{ words | join("', '") }}'],
            ['{{ codes | join("', '") }}'],
            ''
        ),
        ''
    )
