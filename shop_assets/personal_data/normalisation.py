"""One form for the many spellings of a phone or an e-mail, so that equal values have equal ciphertexts.

A text becomes normal only if it says one phone or one e-mail and nothing that could change it; any other is irregular,
and is encrypted as it is. The rules are in `docs/contacts.md`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, PhoneNumberMatch, PhoneNumberMatcher

from shop_assets.personal_data.readable_text import decoded

PHONE: Final = "phone"
EMAIL: Final = "email"
"""What a value is; it is authenticated with the ciphertext."""

REGION: Final = "RU"
"""Numbers without a country code are Russian: `8 (900) …`, `9001234567`."""

LONGEST_EXTENSION: Final = 6
"""Digits of an extension; what is longer after `доб.` or a comma is another phone."""

LONGEST_TEXT: Final = 500
"""Characters; a longer text is irregular without a search, whose time grows with the length."""

LINE_END: Final = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")

# Spreadsheets write a number with a decimal place.
_DECIMAL_PLACE: Final = re.compile(r"(?<=\d{10})[.,]0+$")
_ONE_NUMBER: Final = re.compile(r"(?:tel:)?[+＋]?[\d\s().\-–—‑/]+", re.IGNORECASE)
_GROUPS_BETWEEN_SIGNS: Final = re.compile(r"(?<![\d*_·•∙⋅~])\+?\d+(?:([*_·•∙⋅~])\d{2,})(?:\1\d{2,})+(?![\d*_·•∙⋅~])")
"""What no library takes between groups. One digit between them may be what is left of a masked number."""
_SIGN_BETWEEN_GROUPS: Final = re.compile(
    r"(?:(?<=\d\d)|(?<=\))|(?<=[78])(?<![\d*_·•∙⋅~][78])(?<![\d*_·•∙⋅~] [78])) ?[*_·•∙⋅~] ?(?=\(?\d\d)"
)
_ELEVEN_DIGITS: Final = re.compile(r"(?<!\d)[78](?:[ ()./*_·•∙⋅~-]{0,4}\d){10}(?!\d)")
"""Among several signs one may stand for a digit that is masked, but not if none is missing."""
_ENCODED_PHONE: Final = re.compile(r"%u?[0-9a-f]{2}|&(?:#|\w+;|nbsp)|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2})", re.IGNORECASE)
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

# "7900123456/7", "8 900 123-45-6(7)", "7900123456.7": the last digit, or another one for it.
_TWO_LAST_DIGITS: Final = re.compile(r"\d{2}\s*[-–—‑/.(]\s*\d\s*\)?$")
_GROUPS_OF_A_NUMBER: Final = 4
_DIGITS_AFTER_A_SLASH: Final = 5
"""Fewer behind a slash are another end of the number before it, as behind a bracket: `123-45/67`. A slash may stand
everywhere between groups (`8/900/123/45/67`), or behind a code."""

_MAILTO: Final = re.compile(r"mailto:\s*", re.IGNORECASE)
_ENDS_AN_ADDRESS: Final = r"\s@<>(),;:|\\\"«»“”?="
# What follows must end it: `ivan@mail,ru` could be an address with a slip.
_TOKEN: Final = re.compile(rf"[^{_ENDS_AN_ADDRESS}]+@[^{_ENDS_AN_ADDRESS}/]+(?=[.,;:!)>»”\"']*(?:\s|\?|$))")
_QUOTES: Final = "'`"
_BEHIND: Final = ".,;:!'`"
_ENCODED: Final = re.compile(r"\\|&#?\w+;|u00[0-9a-f]{2}", re.IGNORECASE)
"""Of another format, in which the address may have another first letter: `\\nivan@…`, `u003civan@…`."""
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
# Companies use these internally though the validator refuses them: reserved domains (user@corp.local), domain literals.
_INTERNAL: Final = re.compile(rf"[\w.'&+-]+@(?:{_LABEL}(?:\.{_LABEL})+|\[[\d.]+\])")
# Other characters are allowed in a name, but hardly anybody has them there: they mask it, or come from around it.
_NAME: Final = re.compile(r"\w(?:[\w.'&+-]*[\w+-])?")
_DOMAIN: Final = re.compile(r".+\.(?:[^\W\d_][\w-]*[^\W_]|\d{1,3})|\[[\d.]+\]")
"""With a dot, and a last label of at least two characters, but for numbers."""

_GAP: Final = r"[^\S\r\n]+"
_BEFORE: Final = re.compile(rf"(?:^|[\s,;:(<«“\"])([^\s@,;:(<«“\"]+){_GAP}$")
_AFTER: Final = re.compile(rf"^{_GAP}([^\s@,;:)>»”\"]+)(?=[\s,;:)>»”\"]|$)")
_BEGINS: Final = re.compile(
    r"(?:^|[\s<(«“]|(?<![^\W_])[,;:|>]|<[^<>]*>|[^\W\d_]:|(?:^|[\s,;:<(])[\"=?]|[?&]\w+=|(?:^|\s)\d{1,2}\))$"
)
"""What may stand directly before an address: `1)ivan@…`, `?to=ivan@…`, but not `a(b)ivan@…`, `ivan=40…@…` or
`ivan,petrov@…`, in which the sign may have been a dot. A colon is behind a word for an address (`_CALLED`)."""
_COLON: Final = re.compile(r"([\w-]+):$")
_PART: Final = re.compile(r"[\w.+'&-]+")
_CALLED: Final = frozenset(
    {"email", "e-mail", "mail", "mailto", "smtp", "to", "from", "contact", "address", "почта", "имейл", "емейл",
     "адрес", "эл.почта", "личный", "рабочий", "не"}
)  # fmt: skip
"""Words before an address that are no part of it."""

_NO_INK: Final = "\u2800\u3164"
_OF_EMOJI: Final = "\ufe0e\ufe0f\u20e3"
"""What makes an emoji of a digit."""
_NUMBERED: Final = re.compile(r"\d{1,2}[.)]")


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
    shown = text
    if _ENCODED_PHONE.search(text):
        shown = decoded(text.replace("+", " ") if "%2b" in text.lower() else text)  # `%2B7+900+123+45+67` of a form
    one_line = LINE_END.sub(" ", shown)
    plain = _DECIMAL_PLACE.sub("", _visible(one_line).replace("\t", " "))  # which the library does not take
    plain = _GROUPS_BETWEEN_SIGNS.sub(lambda number: number[0].replace(number[1], " "), plain)
    if _ELEVEN_DIGITS.search(plain):
        plain = _SIGN_BETWEEN_GROUPS.sub(" ", plain)
    is_number = _ONE_NUMBER.fullmatch(plain) is not None
    number = (None if _has_two_ends(plain) else _parsed(plain)) if is_number else _only_number(plain)
    if number is None or len(number.extension or "") > LONGEST_EXTENSION:
        return Normalised(text.strip(), is_normal=False)
    return Normalised(_form(number), is_normal=True)


def _form(number: PhoneNumber) -> str:
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def _has_two_ends(text: str) -> bool:
    """Whether the last digits may be other ones for those before them, such as the second of two neighbours."""
    if _TWO_LAST_DIGITS.search(text):
        return True
    groups = [group for group in text.split("/") if _digits(group)]
    before_bracket, _, bracket = text.rpartition("(")
    behind_bracket = _digits(bracket.partition(")")[2])
    is_end_in_brackets = ")" in bracket and bool(_digits(before_bracket)) and behind_bracket < _DIGITS_AFTER_A_SLASH
    is_end_behind_slash = 1 < len(groups) < _GROUPS_OF_A_NUMBER and _digits(groups[-1]) < _DIGITS_AFTER_A_SLASH
    return is_end_in_brackets or is_end_behind_slash


def _digits(text: str) -> int:
    return sum(map(str.isdecimal, text))


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
    if len({_form(match.number) for match in matches}) != 1 or any(_has_two_ends(_core(match)) for match in matches):
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


def _core(match: PhoneNumberMatch) -> str:
    """A number as it stands in a text, without its extension."""
    extension = match.number.extension
    found: str = match.raw_string
    return re.split(r"[^\W\d_]|[;#]", found)[0] if extension else found


def normalise_email(text: str) -> Normalised:
    """Convert an e-mail to lower case, Unicode's composed form and a readable international domain.

    `mailto:`, brackets, words around it and a dot behind it do not count. A second address makes it irregular.
    """
    usual = _USUAL_ADDRESS.fullmatch(text)
    if usual is not None and _is_usual_domain(usual["domain"].lower()):
        return Normalised(text.strip().lower(), is_normal=True)
    plain = with_plain_apostrophes(_visible(text))
    address = None if _ENCODED.search(plain) else _valid(plain) or _only_address(plain)
    if address is None:
        return Normalised(text.strip(), is_normal=False)
    return Normalised(address, is_normal=True)


def with_plain_apostrophes(text: str) -> str:
    """Replace the apostrophe of typography, which the names of people have and e-mails do not: `o’hara@…`.

    Args:
        text: Any text.

    Returns:
        The text, as long as before.
    """
    return text.replace("’", "'")


@lru_cache(CACHED_DOMAINS)
def _is_usual_domain(domain: str) -> bool:
    return _valid(f"a@{domain}") == f"a@{domain}"


def _only_address(text: str) -> str | None:
    """The address that the text has, if it has one and no part of it stands apart."""
    if len(text) > LONGEST_TEXT:
        return None
    plain = _MAILTO.sub("\n", text)
    found = list(_TOKEN.finditer(plain))
    if len(found) != plain.count("@"):
        return None
    end = 0
    for token in found:
        if not _may_begin(plain[end : token.start()]):
            return None
        end = token.end()
        before, after = _BEFORE.search(plain[: token.start()]), _AFTER.search(plain[token.end() :])
        if _is_apart(before and before[1], token[0]) or _is_apart(after and after[1], token[0]):
            return None
    addresses = {
        _valid(token) or _internal(token.lower())
        for token in (match[0].lstrip(_QUOTES).rstrip(_BEHIND) for match in found)
    }
    return addresses.pop() if len(addresses) == 1 else None


def _may_begin(before: str) -> bool:
    """Whether an address may begin behind this text, which goes back to the address before it."""
    called = _COLON.search(before)
    return _BEGINS.search(before) is not None and (called is None or called[1].lower() in _CALLED)


def _is_apart(word: str | None, address: str) -> bool:
    """Whether a word beside an address, with nothing but a blank between them, may be a part of it."""
    if not word or word.lower() in _CALLED or _NUMBERED.fullmatch(word) or not _PART.fullmatch(word):
        return False
    if not any(map(str.isalnum, word)):
        return word.startswith(".")
    letters = [letter for letter in word if letter.isalpha()]
    return not letters or any(letter.isascii() for letter in letters) or not address.isascii()


def _internal(address: str) -> str | None:
    return address if _INTERNAL.fullmatch(address) and _is_plain(address) else None


def _valid(text: str) -> str | None:
    try:
        address = validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None
    return address if _is_plain(address) else None


def _is_plain(address: str) -> bool:
    """Whether it has no sign before it, no mask in it and no letters of another script, which the validator admits."""
    local, _, domain = address.rpartition("@")
    if not _NAME.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return False
    scripts = {label.isascii() for label in domain.split(".") if not label.isdecimal()}
    is_mixed = len(scripts) > 1 or _is_mixed(local) or _is_mixed(domain)
    return not is_mixed and all(character.isascii() or character.isalnum() for character in local)


def _is_mixed(part: str) -> bool:
    """Whether a part has Latin letters and others: `почта-ivan`, `ivаn` with a Cyrillic а, but not `müller`."""
    letters = [character for character in part if character.isalpha()]
    return len({unicodedata.name(letter, "").startswith("LATIN") for letter in letters}) > 1


def _visible(text: str) -> str:
    """The text with plain blanks, none around it, without characters that have no glyph (a zero-width space)."""
    if text.isascii():
        return text.strip()
    return "".join(
        " " if unicodedata.category(character) == "Zs" or character in _NO_INK else _plain(character)
        for character in text
        if unicodedata.category(character) != "Cf" and character not in _OF_EMOJI
    ).strip()


def _plain(character: str) -> str:
    """The character itself for one that is only shown in another width or font: `ｉ`, `𝐢`, `＠`."""
    form = unicodedata.decomposition(character).partition(">")[0]
    return unicodedata.normalize("NFKC", character) if form in ("<wide", "<narrow", "<small", "<font") else character
