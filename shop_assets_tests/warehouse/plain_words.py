"""The words of docs/cleaning.md and docs/no_sale.md, as their tables list them."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())


YES: Final = _words("true, t, 1, 1.0, yes, y, on, +, да, д, истина, есть, вкл")
NO: Final = _words("false, f, 0, 0.0, no, n, off, нет, н, ложь, выкл")
NOTHING: Final = _words(
    "-, --, ---, —, –, ., нет, no, none, null, nil, nan, n/a, na, n.a., #n/a, undefined, (null), <null>, "
    "нет данных, не указано, не указан, не указана, не задано, не задан, неизвестно, отсутствует, пусто, н/д, "
    "б/н, unknown, empty, not specified, not set"
)
CARD_WORDS: Final = _words(
    "card, cards, карта, картой, карточка, карточкой, карты, по карте, банковская карта, банковской картой, "
    "банк карта, пластиковая карта, пластиковой картой, кредитная карта, кредитной картой, дебетовая карта, "
    "дебетовой картой, оплата картой, оплата по карте, картой онлайн, bank card, credit card, debit card, "
    "creditcard, debitcard, by card, card payment, visa, mastercard, master card, maestro, mir, мир, unionpay, "
    "эквайринг, mir pay, apple pay, google pay, samsung pay, картой при получении, картой курьеру, "
    "оплата картой при получении, оплата картой курьеру, card on delivery, pay by card, карта мир, visa electron, "
    "мастеркард, виза"
)
CASH_WORDS: Final = _words(
    "cash, наличные, наличными, наличка, нал, наличный, наличный расчет, наличными при получении, "
    "наличными курьеру, за наличные, оплата наличными, by cash, cash payment, cash on delivery, банкноты, "
    "оплата наличными при получении, оплата наличными курьеру, pay by cash"
)
PAYMENT_CODES: Final = {
    "sbp": "sbp",
    "сбп": "sbp",
    "qr": "sbp",
    "qr код": "sbp",
    "по qr коду": "sbp",
    "оплата по сбп": "sbp",
    "система быстрых платежей": "sbp",
    "faster payments system": "sbp",
    "transfer": "transfer",
    "bank transfer": "transfer",
    "перевод": "transfer",
    "банковский перевод": "transfer",
    "wire transfer": "transfer",
    "gift card": "certificate",
    "gift certificate": "certificate",
    "подарочная карта": "certificate",
    "подарочный сертификат": "certificate",
    "сертификат": "certificate",
    "bonus": "bonus",
    "bonuses": "bonus",
    "бонусы": "bonus",
    "бонусами": "bonus",
    "баллы": "bonus",
    "баллами": "bonus",
    "points": "bonus",
    "other": "other",
    "другое": "other",
    "иное": "other",
    "прочее": "other",
    "mixed": "other",
    "смешанная": "other",
    "смешанная оплата": "other",
}
MALE: Final = _words("male, m, man, м, муж, муж., мужской, мужчина")
FEMALE: Final = _words("female, f, woman, ж, жен, жен., женский, женщина")
NEUTRAL_WORDS: Final = _words(
    "и, and, изделия, изделие, продукты, продукт, продукция, товары, товар, группа, отдел, свежие, свежее, "
    "свежий, свежая, product, products, goods, fresh"
)
PRODUCT_WORDS: Final = {
    "bakery": _words(
        "зерновые, злаки, злаковые, крупы, крупа, хлебобулочные, хлебобулочное, хлеб, хлебные, булочки, булочные, "
        "выпечка, bakery, bread, breads, cereal, cereals, grain, grains, pastry, pastries"
    ),
    "meat": _words(
        "мясо, мясные, мясное, мясная, птица, птицы, рыба, рыбы, рыбные, рыбное, рыбная, морепродукты, яйца, яйцо, "
        "бобовые, meat, meats, poultry, fish, seafood, egg, eggs, legumes, beans"
    ),
    "dairy": _words(
        "молоко, молочка, молочные, молочная, молочное, кисломолочные, кисломолочная, сыр, сыры, dairy, milk, "
        "cheese, cheeses"
    ),
    "fruit": _words("фрукты, фрукт, ягоды, ягода, fruit, fruits, berry, berries"),
    "vegetable": _words("овощи, овощ, овощные, овощная, зелень, vegetable, vegetables, veggies, greens, herbs"),
}
DELETION_FLAGS: Final = _words(
    "__deleted, _deleted, deleted, isdeleted, deletionmark, пометкаудаления, _fivetrandeleted, удален, удалено"
)
DELETION_TIMES: Final = _words("deletedat, datedeleted, _abcdcdeletedat, _sdcdeletedat")
CHANGE_FIELDS: Final = _words(
    "__op, op, optype, _changetype, changetype, __operation, __sourceop, headerchangeoper, metadata$action, rowkind"
)
WRITES: Final = _words("c, r, u, i, l, +i, +u, create, read, insert, update, update_postimage")
DELETES: Final = _words("d, -d, delete, deleted")
STATUS_FIELDS: Final = _words(
    "status, orderstatus, state, receiptstatus, financialstatus, paymentstatus, статус, состояние"
)
TYPE_FIELDS: Final = _words(
    "type, receipttype, documenttype, doctype, operation, operationtype, calculationsign, 1054, тип, видоперации, "
    "признакрасчета, calculationtype, fiscaloperation, fiscaltype, receiptoperation, operationtypecode, tag1054"
)
NO_SALE_FLAGS: Final = _words(
    "isreturn, isrefund, isreturned, returned, isrefunded, refunded, iscancelled, iscanceled, cancelled, "
    "canceled, isvoid, isvoided, voided, void, storno, isstorno, сторно, возврат, отменен, отмена, istest, test, "
    "отменена, отменено, возвращен, возвращено, аннулирован, аннулировано"
)
NO_SALE_TIMES: Final = _words("cancelledat, canceledat, refundedat, returnedat, voidedat")
SALE_FLAGS: Final = _words(
    "applicable, isapplicable, posted, isposted, проведен, paid, ispaid, оплачен, проведено, оплачено, оплачена, "
    "payed, ispayed"
)
NO_SALE_WORDS: Final = _words(
    "cancelled, canceled, cancel, cancellation, annulled, void, voided, refunded, refund, returned, return, payback, "
    "failed, trash, trashed, deleted, pending, pending_payment, on_hold, draft, checkout_draft, auto_draft, unpaid, "
    "not_paid, rejected, declined, expired, abandoned, storno, sell_return, sellreturn, sell_refund, income_return, "
    "incomereturn, outcome, outcome_return, outcomereturn, buyback, buy_return, buyreturn, buy_refund, credit_note, "
    "creditnote, credit_memo, creditmemo, отменен, отменена, отменено, отмена, аннулирован, аннулирована, "
    "аннулировано, возврат, возвращен, возвращено, удален, удалено, сторно, сторнирован, не_оплачен, не_оплачено, "
    "неоплачен, черновик, ожидает_оплаты, ожидание_оплаты, отклонен, возврат_прихода, расход, возврат_расхода, "
    "возврат_от_покупателя"
)
SALE_WORDS: Final = _words(
    "completed, complete, paid, processing, done, delivered, fulfilled, shipped, success, succeeded, "
    "ok, sale, sold, sell, active, finished, confirmed, approved, posted, income, purchase, order, receipt, "
    "online, offline, retail, pos, продажа, приход, оплачен, оплачено, оплачена, выполнен, выполнено, завершен, "
    "завершено, доставлен, доставлено, отгружен, отгружено, пробит, проведен, проведено, "
    "выдан, чек"
)
HARMLESS_PARTS: Final = _words(
    "until, polic, deadline, period, days, срок, allow, possib, eligib, window, returning, return_customer, "
    "returned_customer, point_of_return, услови, правил, возможн, тара, отказ_от"
)
WAY_PARTS: Final = _words("url, link, href, address, phone, mail, instruction, label, адрес, ссылк, телефон")
MEANS_WORDS: Final = _words("by, via, over, through, по, через")
CORRECTION_FIELDS: Final = _words("correctiontype, типкоррекции, 1173, tag1173, 1174, tag1174")
UNSURE_FLAG_WORDS: Final = _words("copy, duplicate, parked, копия, дубликат")
NOT_IN_STOCK: Final = _words("нет, no, отсутствует, пусто, empty")
HARMLESS_ENDS: Final = ("able", "term", "terms")
RATES: Final = _words("rate, rates")
DELETION_PARTS: Final = _words("delet, remov, trash, tombstone, discard, удали, удаля, удалени")
DELETION_ENDS: Final = ("удален", "удалена", "удалено", "удалены")
HINT_PARTS: Final = _words(
    "cancel, refund, return, storn, annul, chargeback, reject, declin, отмен, возврат, возвращ, аннул, сторн, отказ, "
    "коррекц"
)
UNSURE_NAMES: Final = _words("loekz, lvorm, loevm, fksto, stokz, dbtvalidto, _dltvalidto, dltvalidto, __endat")
NEWEST_FLAGS: Final = _words(
    "_fivetranactive, iscurrent, _iscurrent, islatest, iscurrentversion, islatestversion, currentflag, sign, _sign, "
    "hvrop"
)
TYPED_THINGS: Final = _words("receipt, check, cheque, fiscal, ffd, operation, calculation")
AMOUNT_ENDS: Final = ("value", "amount", "sum", "count", "total")
DONE_FIELDS: Final = _words(
    "active, isactive, enabled, isenabled, valid, isvalid, issale, completed, iscompleted, confirmed, "
    "isconfirmed, approved, success, issuccess, livemode, islive, завершен, выполнен, действителен, closed, "
    "isclosed, fiscalized, isfiscalized, фискализирован, пробит, пробитчек, чекпробит"
)
FLAG_WORDS: Final = _words(
    "deferred, suspended, training, demo, отложен, отложено, отложенный, тест, тестовый, учебный, notpaid, onhold, "
    "fail, invalid"
)
TEST_WORDS: Final = _words(
    "test, testing, sandbox, training, demo, тест, тестовый, тестовая, тестовое, учебный, учебная, учебное"
)
FLAG_ENDS: Final = _words(
    "at, on, date, time, mode, order, receipt, sale, purchase, transaction, чек, режим, заказ, покупка, продажа"
)
MODE_WORDS: Final = _words("environment, env, mode, kind, режим, среда, вид")
SALE_THINGS: Final = _words(
    "order, purchase, sale, receipt, payment, financial, transaction, document, doc, invoice, cheque, line, item, "
    "current, processing, record, row"
)
RUSSIAN_THINGS: Final = _words("заказ, чек, покупк, оплат, документ, продаж, операц, строк, позици, платеж")
CHANGE_WORDS: Final = _words(
    "op, oper, operation, opcode, change, action, cdc, event, operation$, dml, crud, enttyp, capxaction"
)
VALUE_PARTS: Final = _words(
    "status, state, kind, type, operation, event, action, статус, состояни, тип, вид, операци, событи, "
    "действи, транзакци"
)
PROSE_PARTS: Final = _words(
    "comment, note, descr, remark, message, text, title, name, address, review, feedback, question, reason, "
    "promo, coupon, campaign, utm, url, link, slug, brand, product, token, hash, uuid, file, image, photo, "
    "коммент, примеч, опис, назван, наимен, адрес, имя, фамил, фио, сообщ, отзыв, вопрос, причин, промо, "
    "купон, акци, ссылк, товар, бренд, производ, пожелан"
)
SPEAKING_WORDS: Final = _words(
    "cancel, cancels, canceled, cancelled, cancellation, refund, refunds, refunded, return, returns, returned, "
    "void, voided, annuled, annulled, annul, storno, reversed, reversal, chargeback, declined, rejected, "
    "failed, abandoned, expired, delete, deleted, pending, unpaid, trashed, buyback, payback, correction, "
    "corrections, removed, удален, "
    "удалена, удалено, удалены, отказ, отказа, отказано"
)
SPEAKING_BEGINNINGS: Final = _words(
    "отмен, возврат, возвращ, аннул, сторн, отклон, отлож, невыкуп, неоплач, черновик, коррекц"
)
NOT_DONE_BEGINNINGS: Final = _words(
    "paid, deliver, complet, ship, accept, fulfil, оплач, доставл, выкупл, принят, получ, забра, состоял, провед, "
    "выполн, заверш"
)
DENIALS: Final = _words("no, not, non, без, не, нет")
DENIED_BEGINNINGS: Final = _words(
    "refund, return, cancel, delet, void, возвр, отмен, удал, аннул, сторн, отказ, отклон"
)
NAUGHTS: Final = _words("0, false, no, нет")
TILL_THINGS: Final = ("пакет", "чек", "упаков")
RECEIPT_TYPES: Final = _words(
    "receipttype, receiptoperation, calculationsign, calculationtype, 1054, tag1054, признакрасчета, "
    "fiscaloperation, fiscaltype"
)
RECEIPTS: Final = _words("receipt, order, purchase, sale, cheque")
RUSSIAN_RECEIPTS: Final = _words("чек, заказ, покупк, продаж")
CURRENCY_PROSE: Final = _words("title, description, представление")
PRODUCT_PARTS: Final = _words("product, item, goods, sku, nomenclature, assortment, товар, номенклатур, ассортимент")
CURRENCY_PARTS: Final = _words(
    "id, code, iso, iso_code, isocode, name, symbol, sign, alpha, alpha_3, alpha3, alphabetic_code, alphabeticcode, "
    "alpha_code, alphacode, numeric_code, numericcode, num_code, numcode, numeric, код, наименование, название"
)
ROUBLES: Final = _words(
    "rub, rur, 643, 0643, 810, ₽, руб, р, рубль, рубли, рублей, рубля, rouble, roubles, ruble, rubles, рос, росс, "
    "российский, российские, российских, рф, россии, российской, федерации, russian, russia, federation"
)
DELETION_WORDS: Final = _words("delete, deleted, removed, удален, удалена, удалено, удалены, удаление")
NO_CITIES: Final = _words("true, false, all, все, нет города, не определен, rus, город, city, town")
SHORT_CITIES: Final = {
    "спб": "санкт-петербург",
    "с.-петербург": "санкт-петербург",
    "с-петербург": "санкт-петербург",
    "с. петербург": "санкт-петербург",
    "питер": "санкт-петербург",
    "мск": "москва",
    "екб": "екатеринбург",
    "н. новгород": "нижний новгород",
    "в. новгород": "великий новгород",
    "н. тагил": "нижний тагил",
    "н. челны": "набережные челны",
}
SHORT_REGIONS: Final = _words("рт, рб, рк, рд, рм, рх, рф, мо, ло, ао, чр, кк")
CHANNELS: Final = _words(
    "интернет, internet, онлайн, online, веб, web, сайт, site, магазин, shop, store, заказ, order, самовывоз, "
    "pickup, доставка, delivery, курьер, courier, склад, warehouse, тест, тестовый, тестовая, test, демо, demo, "
    "другой, другая, другое, other, неизвестный, неизвестно, unknown, любой, прочее, прочие, разные, "
    "филиал, branch, офис, office, центр, center, centre, метро, мкр, микрорайон"
)
AREAS: Final = _words(
    "подмосковье, ленобласть, мособласть, поволжье, урал, сибирь, дальний восток, приморье, прикамье, забайкалье, "
    "ставрополье, черноземье, кубань, крым, татарстан, башкортостан, башкирия, дагестан, чувашия, удмуртия, мордовия, "
    "карелия, якутия, бурятия, калмыкия, хакасия, адыгея, чечня, ингушетия, алтай, цфо, сзфо, юфо, скфо, пфо, урфо, "
    "уфо, сфо, дфо, мо, ло"
)
FIRST_HALVES: Final = _words(
    "санкт, йошкар, улан, нарьян, горно, ханты, усть, южно, северо, наро, орехово, алма, сан, нью, лос"
)
CARD_LEADS: Final = _words(
    "карта, card, номер, number, loyal, loyalty, bonus, club, vip, gold, silver, platinum, premium, member, no., №, #"
)
CARD_REMARKS: Final = _words(
    "no, not, none, null, nil, nan, empty, without, expired, blocked, lost, stolen, closed, pending, deleted, "
    "cancelled, canceled, returned, issued, since, until, from, till, before, after, test, tel, phone, sms, "
    "exp, max, min, day, days, pcs, rub, usd, eur, нет, без, не, тест, заявка"
)
