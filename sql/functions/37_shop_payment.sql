-- The code of a payment method by the words of docs/documents.md; NULL when they could mean several, or none.
-- 'наличные' -> 'cash'   'банковская карта', 'visa' -> 'card'   'сбп' -> 'sbp'   'безналичный' -> NULL
CREATE OR REPLACE FUNCTION shop_payment{{ on_cluster }} AS (written) ->
    multiIf(
        written IN ('card', 'cash'), written,
        shop_payment_words(written) IN (
            'card', 'cards', 'карта', 'картой', 'карточка', 'карточкой', 'карты', 'по карте',
            'банковская карта', 'банковской картой', 'банк карта', 'пластиковая карта', 'пластиковой картой',
            'кредитная карта', 'кредитной картой', 'дебетовая карта', 'дебетовой картой', 'оплата картой',
            'оплата по карте', 'картой онлайн', 'bank card', 'credit card', 'debit card', 'creditcard',
            'debitcard', 'by card', 'card payment', 'visa', 'mastercard', 'master card', 'maestro', 'mir',
            'мир', 'unionpay', 'эквайринг', 'mir pay', 'apple pay', 'google pay', 'samsung pay'
        ), 'card',
        shop_payment_words(written) IN (
            'cash', 'наличные', 'наличными', 'наличка', 'нал', 'наличный', 'наличный расчет',
            'наличными при получении', 'наличными курьеру', 'за наличные', 'оплата наличными', 'by cash',
            'cash payment', 'cash on delivery', 'банкноты'
        ), 'cash',
        shop_payment_words(written) IN (
            'sbp', 'сбп', 'qr', 'qr код', 'по qr коду', 'оплата по сбп', 'система быстрых платежей',
            'faster payments system'
        ), 'sbp',
        shop_payment_words(written) IN (
            'transfer', 'bank transfer', 'перевод', 'банковский перевод', 'wire transfer'
        ), 'transfer',
        shop_payment_words(written) IN (
            'gift card', 'gift certificate', 'подарочная карта', 'подарочный сертификат', 'сертификат'
        ), 'certificate',
        shop_payment_words(written) IN (
            'bonus', 'bonuses', 'бонусы', 'бонусами', 'баллы', 'баллами', 'points'
        ), 'bonus',
        shop_payment_words(written) IN (
            'other', 'другое', 'иное', 'прочее', 'mixed', 'смешанная', 'смешанная оплата'
        ), 'other',
        NULL
    )
