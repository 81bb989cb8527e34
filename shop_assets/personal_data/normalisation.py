"""One form for the many spellings of a phone or an e-mail, so that equal values have equal ciphertexts.

A text becomes normal only if it says one phone or one e-mail and nothing that could change it; any other is irregular,
and is encrypted as it is. The rules are in `docs/documents.md`, section "Personal data".
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, PhoneNumberMatcher

PHONE: Final = "phone"
EMAIL: Final = "email"
"""What a value is; it is authenticated with the ciphertext."""

REGION: Final = "RU"
"""Numbers without a country code are Russian: `8 (900) …`, `9001234567`."""

LONGEST_EXTENSION: Final = 6
"""Digits of an extension; what is longer after `доб.` or a comma is another phone."""

LONGEST_TEXT: Final = 500
"""Characters; a longer text is irregular without a search, whose time grows with the length."""

# Spreadsheets write a number with a decimal place.
_DECIMAL_PLACE: Final = re.compile(r"(?<=\d{10})[.,]0+$")
_ONE_NUMBER: Final = re.compile(r"(?:tel:)?[+＋]?[\d\s().\-–—‑/]+", re.IGNORECASE)
_EXTENSION: Final = re.compile(
    r"\W*(?:доб|доп|вн|внутр|внутренний|ext|extension|x|#)[.: №#]*(\d{1,6})\W*", re.IGNORECASE
)

# What most values are. The libraries find the same, in 16 µs; a test compares them.
_USUAL_MOBILE: Final = re.compile(r"\s*(?:\+?7|8)[ -]?\(?(9\d{2})\)?[ -]?(\d{3})[ -]?(\d{2})[ -]?(\d{2})\s*", re.ASCII)
_USUAL_ADDRESS: Final = re.compile(
    r"\s*[a-z0-9_]{1,20}(?:[.+-][a-z0-9_]{1,20}){0,2}@(?P<domain>[a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){1,3})\s*",
    re.IGNORECASE | re.ASCII,
)
CACHED_DOMAINS: Final = 10_000

_MAILTO: Final = re.compile(r"mailto:\s*", re.IGNORECASE)
_ENDS_AN_ADDRESS: Final = r"\s@<>(),;:|\\\"«»“”?="
# What follows must end it: `ivan@mail,ru` could be an address with a slip.
_TOKEN: Final = re.compile(rf"[^{_ENDS_AN_ADDRESS}]+@[^{_ENDS_AN_ADDRESS}/]+(?=[.,;:!)>»”\"']*(?:\s|\?|$))")
_AROUND: Final = ".,;:!'`"
_ENCODED: Final = re.compile(r"\\|&#?\w+;")
"""Of another format, in which the address may have another first letter: `\\nivan@…`."""
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
# Companies use these internally though the validator refuses them: reserved domains (user@corp.local), domain literals.
_INTERNAL: Final = re.compile(
    rf"[\w!#$%&'*+/=?^`{{|}}~-]+(?:\.[\w!#$%&'*+/=?^`{{|}}~-]+)*@(?:{_LABEL}(?:\.{_LABEL})*|\[[\d.]+\])"
)


@dataclass(frozen=True)
class Normalised:
    """The text to encrypt, and whether it is in the normal form; if not, it is the trimmed input."""

    text: str
    is_normal: bool


def normalise_phone(text: str) -> Normalised:
    """Convert a phone to E.164, with an extension as RFC 3966 writes it (`+79001234567;ext=12`).

    Words around it do not count. Another number or other digits beside it make it irregular.
    """
    usual = _USUAL_MOBILE.fullmatch(text)
    if usual is not None:
        return Normalised(f"+7{''.join(usual.groups())}", is_normal=True)
    plain = _DECIMAL_PLACE.sub("", _visible(text))
    number = _parsed(plain) if _ONE_NUMBER.fullmatch(plain) else _only_number(plain)
    if number is None or len(number.extension or "") > LONGEST_EXTENSION:
        return Normalised(text.strip(), is_normal=False)
    return Normalised(_form(number), is_normal=True)


def _form(number: PhoneNumber) -> str:
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def _parsed(text: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _only_number(text: str) -> PhoneNumber | None:
    """The number that the text has, if it has one and no digits beside it."""
    if len(text) > LONGEST_TEXT:
        return None
    matches = list(PhoneNumberMatcher(text, REGION))
    if len({_form(match.number) for match in matches}) != 1:
        return None
    number: PhoneNumber = matches[0].number
    rest = text
    for match in reversed(matches):
        rest = rest[: match.start] + "\n" + rest[match.end :]
    if not re.search(r"\d", rest):
        return number
    extension = _EXTENSION.fullmatch(rest)  # a word for it that the library does not know
    if extension is None or number.extension:
        return None
    number.extension = extension[1]
    return number


def normalise_email(text: str) -> Normalised:
    """Convert an e-mail to lower case, Unicode's composed form and a readable international domain.

    `mailto:`, brackets, words around it and a dot behind it do not count. A second address makes it irregular.
    """
    usual = _USUAL_ADDRESS.fullmatch(text)
    if usual is not None and _is_usual_domain(usual["domain"].lower()):
        return Normalised(text.strip().lower(), is_normal=True)
    plain = _visible(text)
    address = None if _ENCODED.search(plain) else _valid(plain) or _only_address(plain)
    if address is None:
        return Normalised(text.strip(), is_normal=False)
    return Normalised(address, is_normal=True)


@lru_cache(CACHED_DOMAINS)
def _is_usual_domain(domain: str) -> bool:
    return _valid(f"a@{domain}") == f"a@{domain}"


def _only_address(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return None
    found = [token.strip(_AROUND) for token in _TOKEN.findall(_MAILTO.sub(" ", text))]
    if len(found) != text.count("@"):
        return None
    addresses = {_valid(token) or _internal(token.lower()) for token in found}
    return addresses.pop() if len(addresses) == 1 else None


def _internal(address: str) -> str | None:
    return address if _INTERNAL.fullmatch(address) and _is_plain(address) else None


def _valid(text: str) -> str | None:
    try:
        address = validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None
    return address if _is_plain(address) else None


def _is_plain(address: str) -> bool:
    """Whether it has no dash or arrow before it and no word of another script behind it, which the validator admits."""
    local, _, domain = address.rpartition("@")
    scripts = {label.isascii() for label in domain.split(".") if not label.isdecimal()}
    is_mixed = len(scripts) > 1 or re.search(r"[a-z][^\W\d_a-z]", domain) is not None
    return not is_mixed and all(character.isascii() or character.isalnum() for character in local)


def _visible(text: str) -> str:
    """The text with plain blanks, none around it, without characters that have no glyph (a zero-width space)."""
    shown = text.replace("＠", "@").replace("﹫", "@")
    if shown.isascii():
        return shown.strip()
    return "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in shown
        if unicodedata.category(character) != "Cf"
    ).strip()
