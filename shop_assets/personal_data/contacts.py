"""Finds phones and e-mails in texts that Dagster, logs or pages store, and masks them alone.

`masking.py` shows a whole rejected document and rather masks too much. Here a text is one of our own, a cell, a path or
an error, most of which must stay readable, and counts, offsets, times and hashes must stay as they are.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import phonenumbers

from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.normalisation import REGION
from shop_assets.personal_data.readable_text import MASK, decoded, with_plain_characters

# What most texts have not, and what hides it: escapes and entities. The rest of this module is 100 times as slow.
_SUSPECT: Final = re.compile(
    r"@|[(\[{<]\s?(?:at|a|собака)\s?[)\]}>]|%u?[0-9a-f]{2}|&(?:#|\w+;|nbsp)|\\[ux]|\d(?:\D{0,4}\d){6}",
    re.IGNORECASE,
)
HASH: Final = r"(?<![0-9a-f])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])"
PLAIN: Final = re.compile(
    rf"{HASH}"
    r"|[12]\d{3}-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?",
    re.IGNORECASE,
)
"""Hashes, ids of runs and moments: many cells are one, and a hash may have ten digits in a row."""

SHORT_HASH: Final = r"(?<![0-9a-z])(?=(?:\d*[a-f]+\d+){3})[0-9a-f]{12,31}(?![0-9a-z])"
_UNIT: Final = r"bytes|rows|messages|documents|offsets|байт|строк|сообщений|документов|[kmg]?i?b|[mn]?s|seconds"
_COUNT: Final = (
    r"\b(?:offsets?|bytes|rows|count|size|sum|total|lag)\b[ =:]{1,3}\d+(?:(?: to | of |\.\.)\d+)*(?![\d.,)-]*\d)"
    rf"|(?<![\d+(])(?<![\d)][ -])\d+ (?:{_UNIT})\b"
)
_KEPT: Final = re.compile(rf"{ENCRYPTED.pattern}|{HASH}|{SHORT_HASH}|{_COUNT}", re.IGNORECASE)
"""Ciphertexts, hashes, and numbers without a separator that a word calls a count."""

_AT: Final = re.compile(r"@|[(\[{<]\s?(?:at|a|собака)\s?[)\]}>]", re.IGNORECASE)
_ATOM: Final = r"""[^\s"'<>(),;:\[\]{}\\|/=]"""
_LOCAL_PART: Final = (
    r"""(?:\\{0,4}"[^"\n]{1,64}"|«[^»\n]{1,64}»|“[^”\n]{1,64}”"""  # "quoted, even with blanks"
    # One slash is a part of the name, several are a path. An apostrophe between letters is no quote.
    rf"|(?<![\w/:.])(?:{_ATOM}{{1,64}}/)?{_ATOM}{{1,320}}(?:'{_ATOM}{{1,64}}){{0,3}}|{_ATOM}{{1,320}})"
)
_ADDRESS: Final = re.compile(rf"{_LOCAL_PART}\s{{0,3}}(?:{_AT.pattern})\s{{0,3}}{_ATOM}{{1,320}}", re.IGNORECASE)

_GAP: Final = r"[ \t\u00a0()\[\].\-_/–—‑*+]{0,4}"  # dashes of every length
_ANY_GAP: Final = r"(?:\W|_){0,4}"
_ONE: Final = r"(?:\W|_)?"
_RUSSIAN: Final = re.compile(
    rf"(?<!\d)(?:"
    rf"(?:(?:\+{_GAP})?[78]{_GAP}[3489]|9)(?:{_GAP}\d){{9}}"
    rf"|\+{_ANY_GAP}7{_ANY_GAP}[3489](?:{_ANY_GAP}\d){{9}}"
    rf"|(?:[78]{_ONE}[3489]|9)\d\d{_ONE}\d{{3}}{_ONE}\d\d{_ONE}\d\d"
    rf"|[78]9{_ONE}\d{{3}}{_ONE}\d{{3}}{_ONE}\d{{3}}"  # delivered as a number, and shown with thousands apart
    rf")(?!\d)"
)
"""A Russian number, also next to letters, where the library would not look for one.

Any groups of digits, with what people put between them; after +7, with anything between them; in the usual groups, with
any one character between them, because `9, 12, 345, 6789` are counts; and an amount's groups of three.
"""


PLUS: Final = re.compile(
    r"(?<![A-Za-z\d])\+(?=\(?[1-9](?:(?:[^\w+]|_){0,4}\d){6})|(?<![A-Za-z\d])(?<!\w\s)\+(?=[ ][1-9](?:[ -]?\d){9})"
)
"""Where a number with a country code may begin. With a blank behind the plus, a shorter one may be a sum."""

LONGEST_NUMBER: Final = 40
"""Characters: fifteen digits and what separates them."""

_MOST_DIGITS: Final = 15
_KNOWN_NUMBERS: Final = 1_000
"""Looking at one again costs 100 µs with a country code, and 20 µs without."""

_GROUPS: Final = re.compile(r"\d+")
_ODD_SEPARATORS: Final = re.compile(r"[_*·•∙⋅~\u2800]|(?<=^\+)[ ]")
"""What the library does not take between groups, and behind the plus."""


def international_number(text: str, plus: int) -> tuple[int, int]:
    """Find out whether a number with a country code begins at a plus.

    Args:
        text: Any text whose digits are 0 to 9.
        plus: Where the plus is.

    Returns:
        The length of the number, or 0 if there is none, and the country code. What else has digits may follow it, such
        as a time: of the groups of digits as many are taken as make a number that was given out.
    """
    number = f"+{text[plus + 1 : plus + LONGEST_NUMBER].partition('+')[0]}"
    return _international(_ODD_SEPARATORS.sub("-", number))


@lru_cache(_KNOWN_NUMBERS)
def _international(text: str) -> tuple[int, int]:
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, REGION)), None)
    if found is not None and found.start == 0:
        return found.end, found.number.country_code or 0
    ends = [group.end() for group in _GROUPS.finditer(text)]
    for end in reversed(ends):
        if sum(map(str.isdecimal, text[:end])) > _MOST_DIGITS:
            continue
        try:
            number = phonenumbers.parse(text[:end], REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return end, number.country_code or 0
    return 0, 0


def without_contacts(text: str) -> str:
    """Mask the phones and e-mails of a text.

    Args:
        text: Any text; escaped and URL-encoded ones are decoded first if there may be something in them.

    Returns:
        The text with `***` in their places; unchanged if there are none.
    """
    usual = text if text.isascii() else with_plain_characters(text)
    if not _SUSPECT.search(usual) or PLAIN.fullmatch(usual):
        return text
    plain = decoded(usual)
    found = _outside_hashes(plain)
    return text if found == plain else found


def masked_value(value: Any) -> Any:
    """Mask the phones and e-mails in a value of metadata: texts, and what is in lists and mappings.

    Args:
        value: A JSON value.

    Returns:
        A copy; numbers are looked at as texts, and stay numbers if they are not phones.
    """
    match value:
        case str():
            return without_contacts(value)
        case bool() | None:
            return value
        case int() | float():
            return value if without_contacts(str(value)) == str(value) else MASK
        case Mapping():
            return {masked_value(str(name)): masked_value(inner) for name, inner in value.items()}
        case list() | tuple():
            return [masked_value(inner) for inner in value]
        case _:
            return value


def _outside_hashes(text: str) -> str:
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_masked(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, _masked(text[end:])])


def _masked(text: str) -> str:
    if _AT.search(text):  # without it, the search for addresses would still look at every character
        text = _ADDRESS.sub(MASK, text)
    text = _RUSSIAN.sub(MASK, text)
    numbers = [(found.start, found.end) for found in phonenumbers.PhoneNumberMatcher(text, REGION)]
    for start, end in reversed(numbers):
        text = text[:start] + MASK + text[end:]
    for plus in reversed(list(PLUS.finditer(text))):  # which the library does not find before other digits
        length, _ = international_number(text, plus.start())
        if length:
            text = text[: plus.start()] + MASK + text[plus.start() + length :]
    return text
