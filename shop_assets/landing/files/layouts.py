"""How the documents of a file follow one another, recognised by its beginning and not by its name alone.

Names lie: jq's output is saved as `.json`, an array as `.jsonl`. What a file's beginning leaves open its name decides:
lines that all are damaged are single documents in `.jsonl`, and one in `.json`.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from typing import Final

from shop_assets.landing.files.parsing import UnreadableError, parse_document, parse_value
from shop_assets.landing.files.splitting import BLANK, sequence

LOOKED_AT: Final = 10
"""Lines by which JSON Lines are recognised. One could be damaged; a file with ten damaged ones in a row is damaged."""


_OBJECT_LINE: Final = re.compile(rb"^([ \t]*)\{", re.MULTILINE)


class Layout(Enum):
    """How documents follow one another."""

    EMPTY = auto()
    ARRAY = auto()
    LINES = auto()
    SEQUENCE = auto()
    """Objects of several lines, or several on a line, with nothing or a comma between them."""
    SINGLE = auto()


def recognise(content: bytes, *, lines_by_name: bool, is_whole: bool) -> Layout:
    """Recognise a file's layout.

    Args:
        content: The beginning of the text, without a mark and blanks before it.
        lines_by_name: Whether the name says that this is JSON Lines.
        is_whole: Whether this is the whole text.

    Returns:
        The layout.
    """
    if not content:
        return Layout.EMPTY
    if content.startswith(b"["):
        return Layout.LINES if _is_an_array_per_line(content) else Layout.ARRAY
    if is_one_document_per_line(content):
        return Layout.LINES
    is_of_lines = lines_by_name and not _begins_with_a_document(content) and (is_whole or not _opens_a_page(content))
    if content.startswith((b"{", b"\x1e")) and not is_of_lines:
        return Layout.SEQUENCE if not is_whole or _has_another(content) else Layout.SINGLE
    return Layout.LINES if lines_by_name else Layout.SINGLE


def is_one_document_per_line(content: bytes) -> bool:
    """Whether this is JSON Lines, as mongoexport writes it under the name `.json`.

    The first line is a document or, if that one is damaged, one of the next lines is. These must begin with a brace,
    because an object within a document of many lines is indented; and all of them together must not be a document.

    Args:
        content: The beginning of the text.

    Returns:
        True if documents are lines.
    """
    first, *others = content.split(b"\n", LOOKED_AT)
    if not any(line.strip(BLANK) for line in others):
        return False
    if is_document(without_comma(first)):
        return True
    looked_at = others[: LOOKED_AT - 1]
    return any(line.startswith(b"{") and is_document(without_comma(line)) for line in looked_at) and not (
        is_document(content) or _begins_with_a_document(content)
    )


def without_comma(line: bytes) -> bytes:
    """A line without the comma that a list's line ends with.

    Args:
        line: A line of a file whose lines are the elements of an array.

    Returns:
        The object alone.
    """
    stripped = line.strip(BLANK + b"\x1e")
    return stripped[:-1].rstrip(BLANK) if stripped.endswith(b"},") else stripped


def is_document(text: bytes) -> bool:
    """Whether this is one JSON object.

    Args:
        text: A text, in UTF-8.

    Returns:
        False for everything else.
    """
    try:
        parse_document(text)
    except UnreadableError:
        return False
    return True


def estimated_documents(text: bytes, size: int, id_fields: Iterable[str]) -> int:
    """Estimate how many documents an unreadable text holds.

    Args:
        text: The text, or its beginning.
        size: The size of the whole text.
        id_fields: The fields that a document may have its id in.

    Returns:
        As many as lines that open an object, the least indented, or as names of the field with the id, in JSON or in
        JSON within a text; at least 1.
    """
    indents = [len(found[1]) for found in _OBJECT_LINE.finditer(text)]
    named = [len(re.findall(rb'"%b\\*"\s*:' % re.escape(name.encode()), text)) for name in id_fields]
    found = max([indents.count(min(indents)) if indents else 0, *named])
    if not found:
        return 1
    return max(1, found if size <= len(text) else found * size // len(text))


def _is_an_array_per_line(content: bytes) -> bool:
    """Whether the first two lines are each whole, and the first one a list: pages, one after another."""
    looked_at = [line for line in content.split(b"\n", LOOKED_AT) if line.strip(BLANK)][:2]
    if len(looked_at) == 1:
        return False
    try:
        first, second = (parse_value(without_comma(line)) for line in looked_at)
    except UnreadableError:
        return False
    return isinstance(first, list) and isinstance(second, list | dict)


def _begins_with_a_document(content: bytes) -> bool:
    first = next(sequence([content]), None)
    return first is not None and b"\n" in first.text and is_document(first.text)


def _opens_a_page(content: bytes) -> bool:
    """Whether the first object is longer than the text, and its first line is a brace: a large one of several lines."""
    first = next(sequence([content]), None)
    return first is not None and first.size == len(content.strip(BLANK)) and content.split(b"\n", 1)[0].strip() == b"{"


def _has_another(content: bytes) -> bool:
    texts = sequence([content])
    next(texts, None)
    return next(texts, None) is not None
