"""What the words before a number say about it: that it is a phone, or that it is the number of something else."""

import re
from typing import Final

_REACH: Final = 40
"""Characters before a number that are looked at."""

_BETWEEN: Final = r"[\s.:;=№#()*_/\\\"'«»-]*"
_NUMBER: Final = rf"(?:(?:номер\w{{0,2}}|number|num|no|nr|n){_BETWEEN})?"
_WORD_START: Final = r"(?<![^\W\d_])"
_PHONE: Final = (
    r"тел(?:ефон\w{0,3})?|тлф|т|моб(?:ил\w{0,6})?|сот(?:ов\w{0,3})?|факс\w{0,2}|контакт\w{0,5}|смс|\w{0,4}звон\w{1,5}"
    r"|(?:tele|cell|mobile)?phones?|telefon|tel|mobile|mob|cell|fax|contact|gsm|msisdn|sms|call|ph"
    r"|whats\s?app|viber|ватс?ап|вотс?ап|вацап|вайбер"
)
_OTHER: Final = (
    r"арт(?:икул\w{0,2})?|чек(?:а|у|ом|и)?|заказ(?:а|у|ом|е|ы)?|квитанци\w{1,2}|накладн\w{2,3}|ттн|договор\w{0,2}"
    r"|сч[её]т(?:а|у|ом|е)?(?:[\s-]?фактур\w)?|фактур\w|р/с|к/с|л/с|лицев\w{2,3}|код(?:а|у|ом)?|фпд?|фд|фн|рн|зн|касс\w{1,2}"
    r"|заявк\w{1,2}|билет\w{0,2}|документ\w{0,2}|акт[ау]?|паспорт\w{0,2}|полис\w{0,2}|транзакци\w{1,2}|операци\w{1,2}"
    r"|плат[её]ж\w{0,2}|посылк\w{1,2}|отправлени\w{1,2}|трек\w{0,5}|возврат\w{0,2}|серийн\w{2,3}|серия|партия|партии|смен\w{1,2}|итого|сумм\w{1,2}|модел\w{1,2}"
    r"|штрих\W?код\w{0,2}|orders?|invoice|receipt|check|contract|ticket|tracking|track|parcel|payment|transaction"
    r"|articles?|account|acc|total|amount|sum|model|serial|s/n|sn|barcode|ean|upc|gtin|sku|ref|uuid|guid|id|№|no"
)
_OF_A_COMPANY: Final = r"инн|кпп|огрн(?:ип)?|снилс|бик|окпо|inn"
_NOUNS: Final = r"(?:[\s/«»\"']+[^\W\d_]+){0,2}"

TAKEN: Final = "\0"
"""Stands for each sign of a contact that was found."""
_SAYS_PHONE: Final = re.compile(
    rf"{_WORD_START}(?:{_PHONE}){_BETWEEN}{_NUMBER}\Z|{TAKEN}[\s.,;:/|&+=*_()\\и-]{{0,5}}\Z", re.IGNORECASE
)
_SAYS_OTHER: Final = re.compile(
    rf"(?:{_WORD_START}(?:{_OTHER})|№){_BETWEEN}{_NUMBER}\Z"
    rf"|{_WORD_START}(?:{_OF_A_COMPANY}){_NOUNS}{_BETWEEN}\Z"  # ИНН организации: …
    rf"|{_WORD_START}(?:номер|number|no|№)\W{{1,3}}(?:{_OTHER})\s[^\W\d_]+{_BETWEEN}\Z",  # номер заказа клиента: …
    re.IGNORECASE,
)
_SAYS_SNILS: Final = re.compile(rf"{_WORD_START}снилс{_NOUNS}{_BETWEEN}\Z", re.IGNORECASE)
_SAYS_AMOUNT: Final = re.compile(
    rf"{_WORD_START}(?:сумм\w{{1,2}}|итого|к\s?оплате|total|amount|sum){_BETWEEN}\Z", re.IGNORECASE
)
_SAYS_ANYTHING: Final = re.compile(rf"[^\W\d_]|[№{TAKEN}]")
"""Each of the above needs one of these. In lists of numbers there are none, and this search costs a tenth of theirs."""


def is_called_phone(text: str, start: int) -> bool:
    """Whether the word before a number calls it a phone, or another contact in a list does: `тел. № …`.

    Args:
        text: The text that the number is in.
        start: Where the number begins.
    """
    return _says(_SAYS_PHONE, text, start)


def is_called_otherwise(text: str, start: int) -> bool:
    """Whether the words before a number call it something else: `номер заказа …`, `ИНН организации: …`.

    Args:
        text: The text that the number is in.
        start: Where the number begins.
    """
    return _says(_SAYS_OTHER, text, start)


def is_called_amount(text: str, start: int) -> bool:
    """Whether the word before a number calls it an amount: `итого …`, and not `заказ …`.

    Args:
        text: The text that the number is in.
        start: Where the number begins.
    """
    return _says(_SAYS_AMOUNT, text, start)


def is_called_snils(text: str, start: int) -> bool:
    """Whether a number is called a SNILS, which has eleven digits, as a phone with its country code has.

    Args:
        text: The text that the number is in.
        start: Where the number begins.
    """
    return _says(_SAYS_SNILS, text, start)


def _says(words: re.Pattern[str], text: str, start: int) -> bool:
    begin = max(0, start - _REACH)
    return _SAYS_ANYTHING.search(text, begin, start) is not None and words.search(text, begin, start) is not None
