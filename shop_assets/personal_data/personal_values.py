"""What one value or id is to the encryption: a phone, a plain number, or an id that is personal data; and its text."""

import re
from decimal import Decimal
from typing import Any, Final

from bson.decimal128 import Decimal128

from shop_assets.documents.json_text import to_json
from shop_assets.personal_data.addresses_in_texts import SIGN
from shop_assets.personal_data.cipher import ENCRYPTED, PREFIX
from shop_assets.personal_data.contacts import PLAIN
from shop_assets.personal_data.document_contacts import has_contact, is_contact_id
from shop_assets.personal_data.field_names import CONTACTS, FieldMeaning, has_only_words_for_phones, meaning_of

ID: Final = "id"
TEXT: Final = "text"
"""What else is encrypted: an id that looks like a phone, an e-mail or a ciphertext, and a text that hides one."""

SMALLEST_PHONE: Final = 10**9
LARGEST_PHONE: Final = 10**15
"""Numbers that can be a phone: a Russian one has ten digits, and E.164 allows fifteen."""

FEWEST_DIGITS: Final = 5
"""Of a phone as people write it within a city: `2-34-56`."""

FEWEST_DIGITS_OF_A_NUMBER: Final = 7
"""Of such a phone as a number, `2345678`; shorter numbers are counts and amounts."""

# Without one of these an ASCII text has neither a phone nor an address.
_SUSPECT_ID: Final = re.compile(r"[@%&\\]|\d(?:\D{0,4}\d){9}|\+(?:\D{0,4}\d){7}|[(\[{<] ?at")
_NUMBER_TEXT: Final = re.compile(r"\s*(?:\d+(?:[.,]\d+)?|\d{10}\s?/\s?\d{9})\s*")
"""Digits, or the two numbers that a company has: `ИНН/КПП`."""

_VALUE: Final = re.compile(
    r"_?(?:values?|v|number|code|raw|text|значени[ея]|номер|код)|\$number(?:int|long|double|decimal)", re.IGNORECASE
)
"""Names of the value itself within an object: `{"barcode": {"value": …, "type": …}}`, and those of MongoDB's JSON."""

_WITHIN_A_CITY: Final = re.compile(r"\s*\d{1,3}-\d\d-\d\d\s*")
"""The groups of a phone without its area code, which no number of an article has."""


def is_personal_id(text: str) -> bool:
    """Whether an id is a phone or an e-mail; a ciphertext is neither.

    Args:
        text: An id in any spelling, or a reference to one.
    """
    if text.isascii() and not _SUSPECT_ID.search(text):
        return False
    return not ENCRYPTED.fullmatch(text) and is_contact_id(text)


def looks_encrypted(text: str) -> bool:
    """Find out whether a text that was delivered could be taken for a ciphertext of ours.

    Args:
        text: Any text.

    Returns:
        Whether one may begin in it, of whatever key.
    """
    return ":" in text and PREFIX in text.lower()


def is_sent_encrypted(document_id: str) -> bool:
    """Find out whether an id of the model is sent as a ciphertext or not at all, in all documents that have it.

    Args:
        document_id: The id of a document in MongoDB, or a reference to it.

    Returns:
        Whether it is: it looks like a phone, an e-mail or a ciphertext.
    """
    return looks_encrypted(document_id) or is_personal_id(document_id)


def is_number(value: Any) -> bool:
    """Whether a value is a number, written as one or as a text of digits.

    Args:
        value: A value of a document.
    """
    return isinstance(value, int | float | Decimal128) or (
        isinstance(value, str) and _NUMBER_TEXT.fullmatch(value) is not None
    )


def is_phone_number(value: float | Decimal128) -> bool:
    """Find out whether a number is a phone.

    Args:
        value: A number of a document.

    Returns:
        Whether its digits are one.
    """
    number = value.to_decimal() if isinstance(value, Decimal128) else value
    if isinstance(number, Decimal) and not number.is_finite():
        return False
    return SMALLEST_PHONE <= number < LARGEST_PHONE and number == int(number) and has_contact(str(int(number)))


def more_exact(meaning: FieldMeaning, name: str) -> FieldMeaning:
    """What a field within another one holds.

    Args:
        meaning: The outer field's.
        name: The inner field's name.

    Returns:
        The outer field's meaning if that says phone or e-mail and the inner one's name nothing as exact, or if that
        says number and the inner one's name that it is its value: a number may stand beside who counted it. Otherwise
        the inner field's own.
    """
    own = meaning_of(name)
    if meaning in CONTACTS:
        return own if own in CONTACTS else meaning
    is_value = meaning is FieldMeaning.NUMBER and own is FieldMeaning.TEXT and _VALUE.fullmatch(name.strip())
    return meaning if is_value else own


def is_contact_name(meaning: FieldMeaning, name: str) -> bool:
    """Find out whether the name of a field within a field for contacts is one: `{"phones": {"2-34-56": "home"}}`.

    Args:
        meaning: The outer field's.
        name: The inner field's name.

    Returns:
        Whether it has an `@` or, unless only e-mails are expected, the digits of a phone and no word for anything else.
        In a field that only belongs to a phone, names are articles and dates: `{"phone_prices": {"100234": 1}}`.
    """
    if meaning is FieldMeaning.PERHAPS:
        return _WITHIN_A_CITY.fullmatch(name) is not None
    if meaning is FieldMeaning.EMAIL or SIGN.search(name) is not None:
        return SIGN.search(name) is not None
    return not is_plainly_another(name) and has_only_words_for_phones(name) and PLAIN.fullmatch(name) is None


def is_plainly_another(value: Any) -> bool:
    """Find out whether a value is no contact where only the field's name may say so: `email_campaign`.

    Args:
        value: A value of a document, no list and no object.

    Returns:
        Whether it has no sign of an e-mail and too few digits for a phone.
    """
    text = as_text(value)
    if isinstance(value, int | float | Decimal128):
        return re.fullmatch(rf"\d{{{FEWEST_DIGITS_OF_A_NUMBER},15}}", text) is None
    return not SIGN.search(text) and sum(map(str.isdecimal, text)) < FEWEST_DIGITS


def as_text(value: Any) -> str:
    """The text of a value that is encrypted.

    Args:
        value: A value of a document.

    Returns:
        A text as it is, a whole number without a fraction, and anything else as JSON.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a phone that was read as a number
    if isinstance(value, Decimal128) and _is_integer(decimal := value.to_decimal()):
        return str(int(decimal))
    return to_json(value).decode()


def _is_integer(number: Decimal) -> bool:
    """Whether it has no fraction, and not so large an exponent that its digits alone would fill the memory."""
    return number.is_finite() and abs(number) < LARGEST_PHONE and number == number.to_integral_value()
