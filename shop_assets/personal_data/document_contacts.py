"""Finds the phones and e-mails in the texts of documents, to encrypt them and nothing else.

`contacts.py` masks our own logs and pages, where too much does little harm. Here a false alarm would garble a name or
an address in MART for good, so a text must be written like a phone or an e-mail: a country code and ten digits, a
mobile number in its usual groups, or a name, an `@` and a domain with a dot. In other groups it must be a number that
the numbering plan has.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberMatcher

from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.contacts import decoded
from shop_assets.personal_data.normalisation import EMAIL, PHONE, REGION

# What most texts lack; looking for it costs a tenth of the rest. Ten digits, or an @ in one of its forms.
_SUSPECT: Final = re.compile(
    r"@|[＠﹫]|[(\[{]\s?(?:at|собака)\s?[)\]}]|%[0-9a-f]{2}|&#?\w+;|\\[ux]|\d(?:\D{0,4}\d){9}", re.IGNORECASE
)
_ENCODED: Final = re.compile(r"%[0-9a-f]{2}|&#?\w+;|\\", re.IGNORECASE)

_GAP: Final = r"[ \t\u00a0\u2009\u202f]?[-‐‑–—]?[ \t\u00a0\u2009\u202f]?"
# 123-45-67, 12-34-567, 123-4567, 1234567
_SEVEN: Final = rf"(?:\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}|\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{3}}|\d{{3}}{_GAP}\d{{4}})"
_WITH_COUNTRY: Final = (
    # As text, in a link or behind an abbreviation: "тел.89001234567", "wa.me/79001234567".
    r"(?<![\w#№*])(?<!\d[.,])(?<!\d-)"
    rf"(?:(?:\+{_GAP}7|[78]|\(\+?[78]\)){_GAP}(?:"
    rf"(?:\([3489]\d{{2}}\)|[3489]\d{{2}}){_GAP}{_SEVEN}"
    rf"|\([3489]\d{{3}}\){_GAP}\d{{2,3}}{_GAP}\d{{2,3}}(?:{_GAP}\d{{2}})?"  # a city of four digits: 8 (4852) 12-34-56
    rf"|[348]\d{{3}}{_GAP}\d\d-\d\d-\d\d|[348]\d{{4}}{_GAP}\d-\d\d-\d\d)"
    r"|\+7(?:[ .\-_]?\d){10}|8(?:\.\d{3}){2}(?:\.\d{2}){2})"
)
_MOBILE: Final = (
    r"(?<![\w.,/=#№*-])"
    rf"(?:9\d{{9}}(?![A-Za-z])|9\d{{2}}([ -])\d{{3}}\1\d{{2}}\1\d{{2}}|\(9\d{{2}}\){_GAP}{_SEVEN})"
)
_PHONE: Final = re.compile(rf"(?:{_WITH_COUNTRY}|{_MOBILE})(?!\d|[.,]\d)")

_ANY_GAP: Final = r"[ \t\u00a0\u2009\u202f()\[\]._/*‐‑–—-]{0,3}"
_UNUSUAL_PHONE: Final = re.compile(
    r"(?<![\w.,/#№*-])(?!\d\d?[./-]\d\d?[./-](?:19|20)\d\d)"  # a day and a time have eleven digits too
    rf"(?:(?:[78]|\(\+?[78]\)){_ANY_GAP}[3489](?:{_ANY_GAP}\d){{9}}"
    r"|9\d\d([ .-])\d{2,4}(?:\1\d{2,4}){1,2}|\([348]\d{2,4}\)[ -]?\d{1,3}(?:[ -]?\d\d){2}"
    r"|[348]\d\d[ -]\d{3}-\d\d-\d\d)(?!\d|[.,/-]\d)"
)
"""A phone in any groups, and ten digits in unusual ones: counts and articles are written so as well, so that it must be
one that was given out."""
_AMOUNT: Final = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})+")
"""The groups of a large number."""
_DECIMALS: Final = re.compile(
    r"\d[._/*]\d+$|(?:\D*\d){4}(?=.*[._/*])(?=.*[^\d._/*]|.*([._/*]).*(?!\1)[._/*])"  # 7.9012345678, 890 12.6 3.3 57.1
)
"""Behind the area code, dots, slashes and stars must separate all groups alike; otherwise they are measurements."""
_NATIONAL_DIGITS: Final = 10

_OTHER_NUMBER: Final = re.compile(
    r"(?:инн|кпп|огрн|арт(?:икул)?|чек|заказ|фпд?|фн|счет|счёт|код|№|no|inn|sku|id)[.:\s=№#]*$", re.IGNORECASE
)
"""What stands before ten digits that are no phone."""
_WORD_LENGTH: Final = 20
_PLUS: Final = re.compile(r"(?<![\w+])\+(?=[1-9])")
_LONGEST_NUMBER: Final = 40
"""Characters: fifteen digits and what separates them."""

_AT: Final = r"(?:[@＠﹫]|\s?[(\[{]\s?(?:at|собака)\s?[)\]}]\s?)"
_SIGN: Final = re.compile(_AT, re.IGNORECASE)
_DOMAIN: Final = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}"
_ADDRESS: Final = re.compile(
    rf"(?:[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}|\"[^\"\n@]{{1,64}}\"){_AT}{_DOMAIN}", re.IGNORECASE
)

_ID_PREFIX: Final = re.compile(r"[^\W\d_]{1,16}[-_:#]?")
_PHONE_ID: Final = re.compile(rf"\+\d{{11,15}}|[78]9\d{{9}}|(?!\d+$){_WITH_COUNTRY}")


class Contact(NamedTuple):
    """A phone or an e-mail in a text: where it is, and which of the two."""

    start: int
    end: int
    field: str


class HiddenContactError(ValueError):
    """A text hides a contact in an encoding: where it begins and ends is not known."""


def replace_contacts(text: str, replacement: Callable[[str, str], str]) -> str:
    """Replace the phones and e-mails in a text.

    Args:
        text: Any text; ciphertexts in it stay as they are.
        replacement: Takes `phone` or `email`, and the text that was found.

    Returns:
        The text with the replacements; the text itself if nothing was found.

    Raises:
        HiddenContactError: The text, decoded, has other contacts than it shows.
    """
    if not _SUSPECT.search(text):
        return text
    contacts = find_contacts(text)
    if _may_hide(text):
        plain = decoded(text)
        shown = [decoded(text[contact.start : contact.end]) for contact in contacts]
        if [plain[contact.start : contact.end] for contact in find_contacts(plain)] != shown:
            raise HiddenContactError
    parts: list[str] = []
    end = 0
    for contact in contacts:
        parts += [text[end : contact.start], replacement(contact.field, text[contact.start : contact.end])]
        end = contact.end
    return "".join([*parts, text[end:]]) if contacts else text


def has_contact(text: str) -> bool:
    """Find out whether a text has a phone or an e-mail in it, in the clear or encoded.

    Args:
        text: Any text.

    Returns:
        Whether it has.
    """
    if not _SUSPECT.search(text):
        return False
    return bool(find_contacts(text)) or (_may_hide(text) and bool(find_contacts(decoded(text))))


def is_contact_id(text: str) -> bool:
    """Find out whether an id is a phone or an e-mail, whole or behind a prefix of letters; ten digits alone are an id.

    Args:
        text: The id.

    Returns:
        Whether it is.
    """
    plain = (decoded(text) if _may_hide(text) else text).strip()
    prefix = _ID_PREFIX.match(plain)
    number = plain[prefix.end() :] if prefix else plain
    return _PHONE_ID.fullmatch(number) is not None or any(_addresses(plain))


def _may_hide(text: str) -> bool:
    return not text.isascii() or _ENCODED.search(text) is not None


def find_contacts(text: str) -> list[Contact]:
    """Find the phones and e-mails that a text shows.

    Args:
        text: Any text.

    Returns:
        The contacts in their order, none within another or within a ciphertext.
    """
    plain = ENCRYPTED.sub(_blank, _with_usual_digits(text))
    found = [_whole(plain, *address.span(), EMAIL) for address in _addresses(plain)]
    plain = _ADDRESS.sub(_blank, plain) if found else plain
    numbers = [number for number in _PHONE.finditer(plain) if _is_phone(plain, number)]
    numbers += [number for number in _UNUSUAL_PHONE.finditer(plain) if _is_given(plain, number)]
    found += [_whole(plain, *number.span(), PHONE) for number in numbers]
    for plus in _PLUS.finditer(plain):
        window = plain[plus.start() : plus.start() + _LONGEST_NUMBER]
        number = next(iter(PhoneNumberMatcher(window, REGION)), None)
        if number is not None and number.start == 0:
            found.append(_whole(plain, plus.start(), plus.start() + number.end, PHONE))
    return _without_overlaps(sorted(found))


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """The e-mails in a text. Most suspect texts have digits and no sign: looking for it costs a tenth of the rest."""
    return _ADDRESS.finditer(text) if _SIGN.search(text) else iter(())


def _is_phone(text: str, number: re.Match[str]) -> bool:
    """Whether what is written like a phone is one: ten digits alone may be any number."""
    if not number[0].isdecimal() or len(number[0]) > _NATIONAL_DIGITS:
        return True
    return not _is_named_otherwise(text, number) and _exists(number[0])


def _is_given(text: str, number: re.Match[str]) -> bool:
    """Whether digits in unusual groups are a phone that was given out."""
    if _AMOUNT.fullmatch(number[0]) or _DECIMALS.match(number[0]) or _is_named_otherwise(text, number):
        return False
    digits = "".join(filter(str.isdecimal, number[0]))
    has_country = digits[0] in "78"
    return len(digits) == _NATIONAL_DIGITS + has_country and _exists(digits[-_NATIONAL_DIGITS:])


def _is_named_otherwise(text: str, number: re.Match[str]) -> bool:
    start = number.start()
    return _OTHER_NUMBER.search(text, max(0, start - _WORD_LENGTH), start) is not None


def _exists(digits: str) -> bool:
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, REGION)))


def _without_overlaps(contacts: list[Contact]) -> list[Contact]:
    result: list[Contact] = []
    for contact in contacts:
        if result and contact.start < result[-1].end:
            result[-1] = result[-1]._replace(end=max(result[-1].end, contact.end))
        else:
            result.append(contact)
    return result


def _whole(text: str, start: int, end: int, field: str) -> Contact:
    """With the letters and digits that follow: a ciphertext must not run together with them."""
    while end < len(text) and (text[end].isascii() and text[end].isalnum()):
        end += 1
    return Contact(start, end, field)


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found[0])


def _with_usual_digits(text: str) -> str:
    """The digits of every script as 0 to 9, and no character more or less."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )
