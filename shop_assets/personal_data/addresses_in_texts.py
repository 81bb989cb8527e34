"""Finds the e-mails in the texts of documents: a name, an `@` in one of its forms, and a domain with a dot."""

import re
from collections.abc import Iterator
from typing import Final

_AT: Final = r"(?:[@＠﹫]|\s?[(\[{<]\s?(?:at|собака|@)\s?[)\]}>]\s?)"
SIGN: Final = re.compile(_AT, re.IGNORECASE)
"""An `@` in one of its forms."""

_DOT: Final = r"(?:\.|\s?[(\[{]\s?(?:dot|точка|\.)\s?[)\]}]\s?)"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_NAME: Final = r"(?:[\w.!#$%&'*+/=?^`{|}~-]{1,64}|\"[^\"\n\0]{1,64}\")"
_LAST_LABEL: Final = r"(?:xn--[a-z0-9-]{1,59}|[^\W\d_]{2,24})"
# Where blanks or a comma cut an address, its last label must be one of these: `latte @ home, by Anna`.
_CUT_NAME: Final = r"(?<![\w.+-])[a-z0-9][a-z0-9._%+-]{0,63}"
_CUT_LABELS: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_CUT_END: Final = r"(?:ru|su|com|net|org|info|ua|kz|рф)(?![\w-])"
_ADDRESS: Final = re.compile(
    rf"{_NAME}{_AT}(?:{_LABEL}{_DOT}){{1,8}}{_LAST_LABEL}"
    rf"|{_CUT_NAME}(?:[ ]{{1,2}}@[ ]{{0,2}}|@[ ]{{1,2}})(?:{_CUT_LABELS}\.){{1,8}}{_CUT_END}"
    rf"|{_CUT_NAME}@(?:{_CUT_LABELS}\.){{0,8}}{_CUT_LABELS}(?:[ ]?[.,][ ]?){_CUT_END}",
    re.IGNORECASE,
)
_FILE: Final = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|bmp|ico|tiff?|heic|avif|pdf|css|jsx?|tsx?|json|xml|html?|txt|csv|xlsx?|docx?)\Z",
    re.IGNORECASE,
)
"""No domain ends so, but names of files do: `logo@2x.png`."""


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
        if not _FILE.search(address[0]):
            yield address.span()
