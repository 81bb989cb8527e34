"""Finds the e-mails in the texts of documents: a name, an `@` in one of its forms, and a domain with a dot."""

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

_AT: Final = r"(?:[@＠﹫]{1,2}|\s?[(\[{<]\s?(?:at|собака|@)\s?[)\]}>]\s?)"
SIGN: Final = re.compile(_AT, re.IGNORECASE)
"""An `@` in one of its forms."""

_DOT: Final = r"(?:\.|\s?[(\[{]\s?(?:dot|точка|\.)\s?[)\]}]\s?)"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
# Other characters are allowed in a name. In a text they come from around it: `?to=ivan@…`, `**ivan@…**`.
_NAME: Final = r"(?:[^\W_][\w.%+'’-]{0,63}|\"[^\"\n\0]{1,64}\")"
_LAST_LABEL: Final = r"(?:xn--[a-z0-9-]{1,59}|[^\W\d_]{2,24})"
# Where blanks or a comma cut an address, it must end as one of these do: `latte @ home, by Anna`.
_CUT_NAME: Final = r"(?<![\w.+-])[a-z0-9](?:[a-z0-9._%+-]|['’](?=[a-z0-9])){0,63}"
_CUT_LABELS: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WITH_LETTER: Final = r"(?=[0-9-]{0,62}[a-z])"
"""What a domain has behind a blank, and a price has not: `5 @ 3.50 .ru`. A blank behind its dot ends a sentence."""
_CUT_END: Final = r"(?:ru|su|com|net|org|info|ua|kz|рф)(?![\w-])"
_CUT_BEFORE: Final = r"(?:[ ]{1,2}@[ ]{0,2}|@[ ]{1,2})"
_PROVIDER: Final = (
    r"(?:(?:yandex|ya|mail|inbox|gmail|icloud|outlook|hotmail|yahoo|proton|gmx)\.[a-z]{2,3}|web\.de|tut\.by)(?![\w.-])"
)
_RUSSIAN: Final = r"[а-яё0-9](?:[а-яё0-9-]{0,61}[а-яё0-9])?"
_ADDRESS: Final = re.compile(
    rf"{_NAME}{_AT}(?:{_LABEL}{_DOT}){{1,8}}{_LAST_LABEL}"
    rf"|{_CUT_NAME}{_CUT_BEFORE}(?:{_PROVIDER}|(?:{_CUT_LABELS}\.){{0,8}}{_WITH_LETTER}{_CUT_LABELS}[ ]?\.{_CUT_END})"
    rf"|{_CUT_NAME}@(?:{_CUT_LABELS}\.){{0,8}}{_CUT_LABELS}(?:[ ]?[.,][ ]?|\.\.){_CUT_END}"
    rf"|(?<![\w.+-])[а-яё0-9][а-яё0-9._+-]{{0,63}}{_CUT_BEFORE}(?:{_RUSSIAN}\.){{1,8}}рф(?![\w-])",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(rf"(\"[^\"]*\"|.*?) *{_AT} *(.*)", re.IGNORECASE | re.DOTALL)
_ANY_DOT: Final = re.compile(rf" ?\.{{1,2}} ?|{_DOT}", re.IGNORECASE)
_FILE: Final = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|bmp|ico|tiff?|heic|avif|pdf|css|jsx?|tsx?|json|xml|html?|txt|csv|xlsx?|docx?)\Z",
    re.IGNORECASE,
)
"""No domain ends so, but names of files do: `logo@2x.png`."""
_COUNTRIES: Final = "|".join(sorted(region.lower() for region in phonenumbers.SUPPORTED_REGIONS))
_DOMAIN_OF_FILE: Final = re.compile(rf"\.(?:{_COUNTRIES}|su|eu|uk|рф|рус|com|net|org|info|biz|online)\Z", re.IGNORECASE)
"""A file may be named like an address, `ivan@mail.ru.pdf`. Other names have several endings too: `logo@2x.min.js`."""


_SCALE: Final = re.compile(r"[@＠﹫]\d+(?:x|dpi)?\.", re.IGNORECASE)
"""Of a picture, which a file has in its name: `banner@2x.ru.png`."""
_TWICE_AND_DIGITS: Final = re.compile(r"[@＠﹫]{2}(?:.*\.)?\d+\.[^.]+\Z")
"""With the sign twice, the domain must have a letter before its ending: `git@@1.2.ru` is a version."""


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Find the e-mails in a text.

    Args:
        text: Any text.

    Yields:
        Where each begins and ends.
    """
    if not SIGN.search(text):  # most suspect texts have digits and no sign: looking for it costs a tenth of the rest
        return
    for address in _ADDRESS.finditer(text):
        length = _length_without_file_endings(address[0])
        if length:
            yield address.start(), address.start() + length


def joined(address: str) -> str:
    """Join an address that blanks, brackets or a second sign cut: `ivan [at] mail .ru` is `ivan@mail.ru`.

    Args:
        address: An address as it was found in a text.

    Returns:
        The address as a mail program writes it. A comma in it stays: it may stand for more than a dot.
    """
    parts = _PARTS.fullmatch(address)
    return address if parts is None else f"{parts[1]}@{_ANY_DOT.sub('.', parts[2])}"


def _length_without_file_endings(found: str) -> int:
    """How many characters of what was found are an address; 0 if it is the name of a file or a version."""
    address = found
    while (ending := _FILE.search(address)) is not None:
        address = address[: ending.start()]
    if _TWICE_AND_DIGITS.search(address):
        return 0
    is_of_file = _DOMAIN_OF_FILE.search(address) is not None and not _SCALE.search(address)
    return len(address) if address == found or is_of_file else 0
