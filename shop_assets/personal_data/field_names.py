"""What a field holds by its name: a phone or an e-mail, an id, a number that only looks like a phone, or any text."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from shop_assets.personal_data.readable_text import readable


class FieldMeaning(Enum):
    """How the value of a field is treated."""

    PHONE = auto()
    EMAIL = auto()
    CONTACT = auto()
    """A phone or an e-mail: the value shows which."""
    PERHAPS = auto()
    """A phone, an e-mail, or what belongs to one (`email_campaign`, `телефон клиента`): the value shows which."""
    ID = auto()
    NUMBER = auto()
    DATE = auto()
    """A moment: a number is one since the epoch, and a text may be anything."""
    QUANTITY = auto()
    """An amount, a measure or a moment by the last word of a field that is not the models': treated like a moment."""
    TEXT = auto()


CONTACTS: Final = frozenset({FieldMeaning.PHONE, FieldMeaning.EMAIL, FieldMeaning.CONTACT, FieldMeaning.PERHAPS})

NUMBERS: Final = frozenset(
    {
        *("barcode", "inn", "loyalty_card_number", "quantity", "expiry_days", "latitude", "longitude"),
        *("price", "price_per_unit", "total_price", "total_amount", "calories", "protein", "fat", "carbohydrates"),
    }
)
"""Fields of the models that are numbers by nature: digits alone in them are never taken for a phone."""

DATES: Final = frozenset({"birth_date", "registration_date", "purchase_datetime", "last_inventory_date"})
"""Fields of the models that are moments by nature: a JSON number in them is never taken for a phone."""

CACHED_NAMES: Final = 10_000
LONGEST_CACHED_NAME: Final = 100
"""Names of fields recur; those that are longer are values written as names."""

_PHONE_WORDS: Final = frozenset(
    {
        *("phone", "phones", "telephone", "telephones", "tel", "telefon", "mobile", "mobiles", "mob", "cell", "fax"),
        *("cellphone", "msisdn", "whatsapp", "viber", "тел", "моб", "мобильный", "мобильные", "сотовый", "факс"),
        *("gsm", "mobil", "movil", "celular", "tlf", "тлф", "ватсап", "вотсап", "вацап", "вайбер"),
    }
)
_EXTENSIONS: Final = frozenset({"доб", "доп", "вн", "внутр", "внутренний", "ext", "extension", "x"})
_PHONE_PART: Final = re.compile(
    r"phone|telefon|телефон|mobilen|мобтел|^(?:tel|mob|mobile|cell|fax)(?:no|nr|num|number)s?$"
    r"|contact(?:no|nr|num|number)s?$|контактн(?:ый|ые|ого)номер|номера?(?:для)?связи"
)
"""In a word, or in all words of a name written as one."""
_PHONE_ADJECTIVE: Final = re.compile(r"(?:мобильн|сотов)(?:ый|ая|ое|ого|ой|ому|ые|ых)")
"""As the last word: `номер мобильного`, but not `мобильная касса`."""
_NO_PHONE: Final = re.compile(
    r"(?:micro|head|ear|saxo|smart|gramo|mega|xylo|^i)phones?$|^phone(?:tics?|tically)$"
    r"|^(?:storage|table|battery|fuel|shelf|grid|locker|warehouse)cells?$"
)
_ONE_IN_TWO: Final = re.compile(
    r"(?:head|ear)phones|(?:smart|micro|mega|i)phones?|(?:storage|table|battery|fuel|shelf|grid|locker|warehouse)cells?"
)
"""Two words that are read as one: `headPhones`, but not `head_phone`, which is that of somebody's head."""
_NO_EMAIL: Final = frozenset({"airmail", "snailmail", "blackmail"})
_JOINED: Final = re.compile(r"(phone)(?!s$)([a-z]{3,})")
"""`phonecase` and `phonenumber` are read as two words: the second says what it is."""
_PHONE_OF: Final = re.compile(r"телефон(?:а|ов)|почты|(?:имейл|емейл)(?:а|ов)")
"""Behind one of `_ABOUT`, which stands first in Russian: `тип телефона`, `количество телефонов`."""
_EMAIL_WORDS: Final = frozenset({"mails", "почта", "почты", "имейл", "имейлы", "емейл", "мейл", "имэйл", "эмейл"})
_EMAIL_PHRASE: Final = re.compile(r"^эл(?:ектронн(?:ый|ого|ые))?адрес|(?:electronic|электр)(?:address|адрес)")
_PHRASE_AT_END: Final = re.compile(
    r"(?:contact(?:no|nr|num|number)s?|контактн(?:ый|ые|ого)номер|номера?(?:для)?связи"
    r"|эл(?:ектронн(?:ый|ого|ые))?адреса?|(?:electronic|электр)(?:address|адрес))\Z"
)
_ABOUT: Final = frozenset(
    {
        *("type", "types", "model", "os", "app", "version", "brand", "count", "status", "verified", "confirmed", "at"),
        *("date", "time", "allowed", "consent", "subscribed", "country", "operator", "тип", "количество", "статус"),
        *("case", "cases", "color", "colour", "модель", "марка", "бренд", "цвет", "версия", "оператор", "страна"),
    }
)
"""Last words of names that say something about a phone or an e-mail: `phone_type`, `email_verified_at`."""
_ID_WORDS: Final = frozenset({"id", "ids", "uuid", "guid"})
_NUMBER_WORDS: Final = frozenset({"number", "numbers", "no", "num", "nr", "code", "номер", "номера", "код"})
_NUMBERED: Final = frozenset(
    {
        *("order", "orders", "receipt", "check", "cheque", "invoice", "contract", "ticket", "tracking", "track"),
        *("parcel", "transaction", "payment", "document", "shift", "till", "serial", "article", "item", "account"),
        "batch",
        *("заказа", "чека", "накладной", "счета", "договора", "билета", "посылки", "трека", "транзакции", "платежа"),
        *("документа", "смены", "кассы", "квитанции", "артикула", "партии", "отправления", "заявки"),
    }
)
_REGISTERED: Final = frozenset(
    {
        *("inn", "kpp", "ogrn", "ogrnip", "okpo", "bik", "vat", "vatin", "tin", "snils"),
        *("инн", "кпп", "огрн", "огрнип", "окпо", "бик", "снилс"),
        *("barcode", "barcodes", "штрихкод", "штрихкоды"),
    }
)
"""Numbers of companies, people and products, with as many digits as phones: `ИНН`, `supplier_inn`, `vat_number`."""
_TAXES: Final = frozenset({"tax", "taxpayer"})
_QUANTITIES: Final = frozenset(
    {
        *("amount", "sum", "total", "turnover", "revenue", "balance", "price", "cost", "kopecks", "cents", "rub"),
        *("rubles", "amounts", "sums", "totals", "prices", "sizes", "counts"),
        *("bytes", "size", "count", "counter", "quantity", "qty", "weight", "duration", "uptime"),
        *("ts", "timestamp", "epoch", "date", "datetime", "time", "at", "ms", "ns", "millis", "seconds"),
        *("сумма", "итого", "оборот", "выручка", "баланс", "цена", "стоимость", "копеек", "коп", "руб", "рублей"),
        *("байт", "размер", "количество", "вес", "время", "дата"),
    }
)
"""Last words of names of amounts, measures and moments: a JSON number there is one of these, whatever its digits."""
_BEHIND: Final = _NUMBER_WORDS | {
    *("home", "work", "main", "primary", "secondary", "personal", "private", "business", "other", "mobile", "address"),
    *("addresses", "list", "value", "raw", "full", "адрес", "адреса", "домашний", "рабочий", "личный", "основной"),
}
"""Words behind one for a phone or an e-mail that say which it is: `phone_number`, `email_home`."""
_CODES: Final = frozenset({"sku", "ean", "upc", "gtin", "артикул"})
"""What a number is of, in `receipt_number` and `номер чека`: it is treated as an id, and so are codes of products."""
_WORD: Final = re.compile(r"[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+")


def meaning_of(name: str) -> FieldMeaning:
    """What the value of a field is, by the field's name.

    Letter case, separators and English or Russian do not matter: `Phone`, `contact-phone`, `customer.phone`,
    `homePhone2`, `WhatsApp`, `контактный номер`, `Телефон`; `e_mail`, `E-Mail`, `Эл. почта`.

    Args:
        name: The field's own name, or a path with dots.

    Returns:
        The meaning; `TEXT` for every other name.
    """
    return _known_meaning(name) if len(name) <= LONGEST_CACHED_NAME else _meaning(name)


def has_only_words_for_phones(name: str) -> bool:
    """Whether all words of a name are those for phones and extensions, if it has any: `2-34-56`, `тел. 2-34-56`.

    Args:
        name: The name of a field within a field for phones.
    """
    words = (word.lower() for word in _WORD.findall(readable(name)))
    return all(_is_phone(word) or word in _EXTENSIONS for word in words)


def _meaning(name: str) -> FieldMeaning:
    plain = readable(name).strip()
    words = [word.lower() for word in _WORD.findall(plain)]
    if not words or "@" in plain:  # an address written as a name
        return FieldMeaning.TEXT
    words = _as_read(words)
    if len(words) > 1 and (last_two := "".join(words[-2:])) in _PHONE_WORDS:  # WhatsApp
        words[-2:] = [last_two]
    if (contact := _contact_meaning(words)) is not None:
        return contact
    own_name = plain.rpartition(".")[2].lower()
    has_number = not _NUMBER_WORDS.isdisjoint(words)
    if own_name in NUMBERS or not _REGISTERED.isdisjoint(words) or (has_number and not _TAXES.isdisjoint(words)):
        return FieldMeaning.NUMBER
    if own_name in DATES:
        return FieldMeaning.DATE
    if words[-1] in _QUANTITIES:
        return FieldMeaning.QUANTITY
    is_number = has_number and not _NUMBERED.isdisjoint(words)
    return FieldMeaning.ID if words[-1] in _ID_WORDS | _CODES or is_number else FieldMeaning.TEXT


def _as_read(words: list[str]) -> list[str]:
    """The words of a name as they are read: `i`, `Phone` as one, and `phonecase` as two."""
    result: list[str] = []
    for word in words:
        pair = f"{result[-1]}{word}" if result else ""
        joined = _JOINED.fullmatch(word)
        if _ONE_IN_TWO.fullmatch(pair) or pair in _NO_EMAIL:
            result[-1] = pair
        elif joined and not _NO_PHONE.search(word):
            result += joined.groups()
        else:
            result.append(word)
    return result


_known_meaning = lru_cache(CACHED_NAMES)(_meaning)


def _contact_meaning(words: list[str]) -> FieldMeaning | None:
    if words[-1] in _ABOUT or (words[0] in _ABOUT and _PHONE_OF.fullmatch(words[-1])):
        return None
    phrase = "".join(words)
    is_phone = any(map(_is_phone, [*words, phrase])) or _PHONE_ADJECTIVE.fullmatch(words[-1]) is not None
    is_email = any(map(_is_email, words)) or _EMAIL_PHRASE.search(phrase) is not None
    if not is_phone and not is_email:
        return None
    if not _is_named_last(words):
        return FieldMeaning.PERHAPS
    if is_phone and is_email:
        return FieldMeaning.CONTACT
    return FieldMeaning.PHONE if is_phone else FieldMeaning.EMAIL


def _is_named_last(words: list[str]) -> bool:
    """Whether a name ends with the word for a phone or an e-mail, or with words that say which of them it is."""
    if _PHRASE_AT_END.search("".join(words)) or _PHONE_ADJECTIVE.fullmatch(words[-1]):
        return True
    while len(words) > 1 and words[-1] in _BEHIND and not _is_contact(words[-1]):
        words = words[:-1]
    return _is_contact(words[-1])


def _is_contact(word: str) -> bool:
    return _is_phone(word) or _is_email(word)


def _is_email(word: str) -> bool:
    return word in _EMAIL_WORDS or "email" in word or (word.endswith("mail") and word not in _NO_EMAIL)


def _is_phone(word: str) -> bool:
    return word in _PHONE_WORDS or (_PHONE_PART.search(word) is not None and _NO_PHONE.search(word) is None)
