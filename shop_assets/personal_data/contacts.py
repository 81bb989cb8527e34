"""Finds phones and e-mails in texts that Dagster, logs or pages store, and masks them alone.

`masking.py` shows a whole rejected document and rather masks too much. Here a text is one of our own, a cell, a path or
an error, most of which must stay readable, and counts, offsets, times and hashes must stay as they are.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import phonenumbers

from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.masking import MASK, readable
from shop_assets.personal_data.normalisation import REGION

# What most texts have not, and what hides it: escapes and entities.
_SUSPECT: Final = re.compile(
    r"@|\(at\)|\[at\]|%40|&#|\\u|\d(?:\D{0,4}\d){6}|[\uff10-\uff19\uff20]",
    re.IGNORECASE,
)
_HASH: Final = r"(?<![0-9a-f])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])"
_PLAIN: Final = re.compile(
    rf"{_HASH}"
    r"|[12]\d{3}-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?",
    re.IGNORECASE,
)
"""Hashes, ids of runs and moments: many cells are one, and a hash may have ten digits in a row."""

_KEPT: Final = re.compile(rf"{ENCRYPTED.pattern}|{_HASH}", re.IGNORECASE)

_AT: Final = re.compile(r"@|\(at\)|\[at\]", re.IGNORECASE)
_ADDRESS_PART: Final = r"""[^\s"'<>(),;:\[\]{}\\|/=]{1,320}"""
_ADDRESS: Final = re.compile(
    rf"{_ADDRESS_PART}[ \t]{{0,3}}(?:@|\(at\)|\[at\])[ \t]{{0,3}}{_ADDRESS_PART}", re.IGNORECASE
)
_GAP: Final = r"[ \t\u00a0()\[\].\-_/–—‑*+]{0,4}"  # dashes of every length
_RUSSIAN: Final = re.compile(rf"(?<!\d)(?:(?:\+{_GAP})?[78]{_GAP}[3489]|9)(?:{_GAP}\d){{9}}(?!\d)")
"""A Russian number, also next to letters, where the library would not look for one."""


def without_contacts(text: str) -> str:
    """Mask the phones and e-mails of a text.

    Args:
        text: Any text; escaped and URL-encoded ones are decoded first if there may be something in them.

    Returns:
        The text with `***` in their places; unchanged if there are none.
    """
    if not _SUSPECT.search(text) or _PLAIN.fullmatch(text):
        return text
    plain = readable(text)
    found = _outside_hashes(plain)
    return text if found == plain else found


def masked_value(value: Any) -> Any:
    """Mask the phones and e-mails in a value of metadata: texts, and what is in lists and mappings.

    Args:
        value: A JSON value.

    Returns:
        A copy; numbers are looked at as texts, and stay numbers if they are no phones.
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
    return text
