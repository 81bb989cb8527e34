"""Masks phones and e-mails, wherever they occur, in documents that are displayed and were not encrypted.

Such documents are rejects of the document store, or have a phone in an unexpected field. Masking too much is preferred:
authorised users find the whole document at the place that the reject names. Ciphertexts stay as they are.
"""

import json
import re
import unicodedata
from typing import Any, Final

import phonenumbers

from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.field_names import CONTACTS, meaning_of
from shop_assets.personal_data.normalisation import REGION
from shop_assets.personal_data.readable_text import MASK, decoded, readable

_LONGEST_SHAPE: Final = 40

# Anywhere in a field's name: Phone, contactPhone, e_mail, "Эл. почта".
_PERSONAL_NAME: Final = r"phone|mail|mobil|tele?fon|телефон|почт"
_PERSONAL_WORD: Final = re.compile(rf"{_PERSONAL_NAME}|\b(?:tel|fax|cell|тел|моб)\b", re.IGNORECASE)
_ID_NAME: Final = re.compile(r"(?:.*_)?id", re.IGNORECASE)

# Seven digits are a phone without its area. Between two of them may be what is neither a letter nor the end of a JSON
# value: a space, a dash, a bracket, and what another encoding made of them.
_DIGITS: Final = r"""[+(]{0,2}\d(?:(?:[^\w"',:;\[\]{}\\\n]|_){0,4}\d){6,}"""
# Limited to the length of an address: an unlimited run would be searched again from each of its characters.
_ADDRESS_PART: Final = r"""[^\s"'<>(),;:\[\]{}\\]{0,320}"""
_ADDRESS: Final = rf"{_ADDRESS_PART}[ \t]{{0,3}}(?:@|\(at\)|\[at\])[ \t]{{0,3}}{_ADDRESS_PART}"
# A named value in text that is not JSON, or not whole: up to its closing quote or bracket, or to the end of all.
_NAMED: Final = (
    rf"""(?P<name>(?:{_PERSONAL_NAME}|\btel\b|\bтел\b)[\w.\- ]{{0,40}}["']?\s{{0,9}}[:=]\s{{0,9}})"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|\[[^\]]*\]?|\{[^}]*\}?|[^,;}\]\n]*)"""
)
_PERSONAL: Final = re.compile(
    rf"(?P<encrypted>{ENCRYPTED.pattern})"
    rf"|{_NAMED}|(?P<address>{_ADDRESS})|(?P<digits>{_DIGITS})",
    re.IGNORECASE,
)

_LABEL: Final = re.compile(r"(?<![\w.-])([^\W\d_][\w.-]{0,40}(?: [\w.-]{1,40}){0,2})[\"'\\]{0,4}\s{0,9}[:=]\s{0,9}")
_VALUE: Final = re.compile(r"""\\{0,4}"(?:[^"\\]|\\.)*"?|'[^']*'?|\[[^\]]*\]?|\{[^}]*\}?|[^,;}\]\n]*""")
"""Any name in such a text: its words say whether the value is personal."""

# Seven digits and more that are not a phone.
_YEAR: Final = r"(?:19|20)\d\d"
_TIME: Final = r"(?:[ ._T-]{1,2}[0-2]?\d(?:[.-][0-5]\d){0,2})?"
_DATE: Final = re.compile(
    rf"[12]\d{{3}}-(?:0\d|1[0-2])-[0-3]\d{_TIME}"
    rf"|{_YEAR}([./-])[01]?\d\1[0-3]?\d{_TIME}"
    rf"|(?:[0-5]\d )?[0-3]?\d([./-])[01]?\d\2{_YEAR}{_TIME}"  # with the minutes of a time before it: 10:43 20.11.2026
    rf"|[0-3]\d([./])[01]\d\3\d\d{_TIME}"
    rf"|[0-3]?\d {_YEAR}{_TIME}"  # Nov 20 2026 10:43
    rf"|{_YEAR}(?:0\d|1[0-2])[0-3]\d(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?"
)
_PURCHASE_NUMBER: Final = re.compile(r"(?:19|20)\d{6}-\d{3,6}")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?7|8)?9\d{9}(?!\d)")

_LARGEST_PLAIN_NUMBER: Final = 999_999


def masked_for_display(text: str) -> str:
    """Mask a document's text, and pretty-print it if it is JSON.

    Args:
        text: The text, which may be cut off or not JSON at all.

    Returns:
        The text for display.
    """
    try:
        return json.dumps(masked(json.loads(text)), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):  # not JSON, cut off, or nested beyond what Python follows
        return masked_text(text)


def masked(value: Any) -> Any:
    """A copy of a parsed document with its personal data masked.

    Values of fields that are named like a phone or an e-mail are masked completely; strings and numbers elsewhere,
    where they look like one. Raises RecursionError.
    """
    match value:
        case dict():
            return {masked_text(str(name)): _field(str(name), inner) for name, inner in value.items()}
        case list():
            return [masked(inner) for inner in value]
        case str():
            shown = masked_text(value)
            return shown if MASK in shown else value
        case bool() | None:
            return value
        case int() | float() if abs(value) > _LARGEST_PLAIN_NUMBER and value == value // 1:
            return MASK
        case _:
            return value


def _field(name: str, value: Any) -> Any:
    words = re.sub(r"[_\-.]", " ", readable(name))
    is_named = _PERSONAL_WORD.search(words) or _PERSONAL_WORD.search(words.replace(" ", ""))
    if is_named or meaning_of(name) in CONTACTS:
        is_empty = value is None or isinstance(value, bool) or (isinstance(value, str) and not value.strip())
        return value if is_empty or (isinstance(value, str) and ENCRYPTED.fullmatch(value)) else MASK
    if _ID_NAME.fullmatch(name) and isinstance(value, str | int):
        shown = masked_identifier(str(value))
        return value if shown == str(value) else shown
    return masked(value)


def shape_of(text: str) -> str:
    """The shape of a text, as MART shows it for values that it did not read.

    Args:
        text: Any text.

    Returns:
        Its first characters: letters are `я` or `a`, digits 9.
    """
    return "".join(map(_shape_of_one, text[:_LONGEST_SHAPE]))


def _shape_of_one(character: str) -> str:
    if character.isalpha():
        return "я" if unicodedata.name(character, "").startswith("CYRILLIC") else "a"
    return "9" if character.isnumeric() else character


def masked_identifier(text: str) -> str:
    """Mask an id or an object's key only if it contains a phone or an e-mail: a long number alone is not a phone.

    Args:
        text: The id or key.

    Returns:
        The text, or `***`.
    """
    plain = readable(text)
    full = decoded(text)
    is_mobile = _MOBILE.search(re.sub(r"[ ()\-._]", "", full)) is not None
    if "@" in full or is_mobile or any(True for _ in phonenumbers.PhoneNumberMatcher(full, REGION)):
        return MASK
    if without_contacts(full) != full:
        return MASK
    return plain


def masked_text(text: str) -> str:
    """Any text, even cut off or wrongly decoded, made readable and with what may be personal masked."""
    shown = _without_named(without_contacts(readable(text)))
    return _PERSONAL.sub(_replacement, shown)


def _without_named(text: str) -> str:
    """Mask the values in text that is not JSON, or not whole, whose names say phone or e-mail."""
    parts: list[str] = []
    end = 0
    for label in _LABEL.finditer(text):
        if label.start() < end or meaning_of(label[1]) not in CONTACTS:
            continue
        value = _VALUE.match(text, label.end())
        if value is not None and not _is_plain(value[0].strip().strip("\\\"'")):
            parts += [text[end : label.end()], f'"{MASK}"']
            end = value.end()
    return "".join([*parts, text[end:]])


def _is_plain(value: str) -> bool:
    return value in {"", "null", "true", "false"} or ENCRYPTED.fullmatch(value) is not None


def _replacement(found: re.Match[str]) -> str:
    if found["name"]:
        value = found["value"].strip().strip("\"'")
        return found[0] if _is_plain(value) else f'{found["name"]}"{MASK}"'
    is_plain = found["encrypted"] is not None or (found["digits"] is not None and _is_not_phone(found))
    return found[0] if is_plain else MASK


def _is_not_phone(digits: re.Match[str]) -> bool:
    before = digits.string[: digits.start()][-4:].lower()
    is_purchase = before == "ord-" and _PURCHASE_NUMBER.fullmatch(digits[0]) is not None
    return is_purchase or _DATE.fullmatch(digits[0]) is not None
