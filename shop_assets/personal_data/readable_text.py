"""Makes a text readable: what encodings, other scripts and invisible characters hide is shown."""

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

MASK: Final = "***"
"""What is shown in place of a phone or an e-mail."""

_UNICODE_ESCAPE: Final = re.compile(r"(?:\\u|%u)([0-9a-fA-F]{4})|\\u\{0{0,3}([0-9a-fA-F]{1,5})\}")
_SHORT_ESCAPES: Final = re.compile(r"\\[tbf]")
_LONG_REFERENCE: Final = re.compile(r"&#([0-9]{8,})")
"""More digits than the number of a character has; Python refuses to convert more than 4,300."""

_ENCODING: Final = re.compile(r"[\\&]|%u?[0-9a-fA-F]{2}")
"""What every escape and entity has."""

_ROUNDS: Final = 4
"""How often a text may have been encoded: %2540 is @, twice."""

_ESCAPE: Final = re.compile(r"\\x([0-9a-f]{2})", re.IGNORECASE)
_BLANK_ESCAPE: Final = re.compile(r"\\{1,4}[nr]")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
"""Signs above, below and around a letter or a digit: of an emoji with a digit in it, the frame and the colour."""
_BLANKS: Final = re.compile("[\u115f\u1160\u2800]")
"""Signs without ink that are no blanks to Unicode: fillers of Korean, and Braille without a dot."""


def readable(text: str) -> str:
    """Remove what hides digits or moves a terminal's cursor.

    Escapes are decoded, wide forms made plain, control characters dropped (UTF-16 read as UTF-8 has one after each
    letter).

    Args:
        text: Any text.

    Returns:
        The text as a person reads it.
    """
    if text.isprintable() and not _ENCODING.search(text) and unicodedata.is_normalized("NFKC", text):
        return text  # most texts are plain, and looking at each of their characters takes 20 times as long
    decoded = _UNICODE_ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)
    decoded = unquote(_SHORT_ESCAPES.sub(" ", decoded).replace("\\/", "/"), errors="replace")
    decoded = html.unescape(_LONG_REFERENCE.sub(lambda number: f"&#{number[1].lstrip('0')[:8] or 0}", decoded))
    plain = unicodedata.normalize("NFKC", decoded)
    return "".join(
        character
        for character in plain
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )


def with_plain_characters(text: str) -> str:
    """Replace compatible characters by their usual ones (﹫ is @), and the digits of every script by 0 to 9.

    Args:
        text: Any text.

    Returns:
        The text without marks around its characters; it may be longer or shorter.
    """
    if text.isascii():
        return text
    plain = _BLANKS.sub(" ", _MARKS.sub("", unicodedata.normalize("NFKC", text)))
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)


def decoded(text: str) -> str:
    """Decode what hides a contact: escapes, entities, URL encoding, characters of other scripts.

    Args:
        text: Any text.

    Returns:
        The text as a person would read it.
    """
    for _ in range(_ROUNDS):
        shown = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), _BLANK_ESCAPE.sub("\n", text))
        shown = with_plain_characters(readable(shown))
        if shown == text:
            break
        text = shown
    return text
