"""Reading the objects of a file one after another, where some are pages that are larger than a document may be.

A smaller page is parsed as a whole (`unwrapping.py`). The array of a larger one must begin near its beginning: then its
elements are read one by one, and what follows the array is looked at when it has been read.
"""

import itertools
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from shop_assets.landing.files.parsing import UnreadableError, parse_document, parse_value
from shop_assets.landing.files.splitting import (
    BLANK,
    KEPT_BYTES,
    MAX_DOCUMENT_BYTES,
    UNCLOSED_ARRAY,
    CutOffError,
    DocumentText,
    PageArraySplitter,
    PageRest,
    SequenceSplitter,
    array_elements,
)
from shop_assets.landing.wrappers.carried_marks import named
from shop_assets.landing.wrappers.page_claims import PageClaim, claim_of
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.siblings import said_of_a_page
from shop_assets.landing.wrappers.unwrapping import page
from shop_assets.landing.wrappers.wrapper_names import is_page_name

REST_OF_PAGE: Final = "unexpected fields after the array of a large page"
UNCLOSED_PAGE: Final = "the object around the array is not closed"

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_FIELD: Final = re.compile(rb'("[^"\\]{1,64}")\s*:\s*\Z')
_BEFORE: Final = 200
LOOKED_AT: Final = 1024 * 1024
"""Bytes within which the array of a large page must begin."""

_FIRST_ELEMENTS: Final = 10
"""Elements of the array by which a large page is recognised: the first one could be damaged."""

_PIECE: Final = 1024 * 1024
"""Bytes after which it is seen whether an object has become larger than a document may be."""


@dataclass(frozen=True)
class PageArray:
    """The array of a page: where it begins, its field, what stands before it, and the first documents in it."""

    begin: int
    name: str
    before: dict[str, Any]
    first: list[Any]


@dataclass(frozen=True)
class PageElement:
    """The text of one document of a large page."""

    text: DocumentText
    name: str


@dataclass(frozen=True)
class PageEnd:
    """What a large page says of other pages, and what follows its array, if that must not be passed over: then the
    text has a fault, and the detail says where.
    """

    claim: PageClaim
    rest: DocumentText | None = None
    detail: str = ""


def page_array(recognition: Recognition, content: bytes) -> PageArray | None:
    """Find the array with a page's documents.

    Args:
        recognition: The kind of the documents.
        content: The beginning of an object that is larger than a document may be.

    Returns:
        The array; None if the object is not a page: then it is a document.
    """
    depth = 0
    for token in _TOKEN.finditer(content, 0, LOOKED_AT):
        mark = token[0]
        if mark in (b"}", b"]"):
            depth -= 1
        elif mark in (b"{", b"["):
            depth += 1
            if mark == b"[" and depth == 2:  # noqa: PLR2004  # directly in the object
                found = _page_at(recognition, content, token.start())
                if found is not None:
                    return found
    return None


def _page_at(recognition: Recognition, content: bytes, begin: int) -> PageArray | None:
    """The array at a place, if a page that had only its first documents, and ended with them, would be one."""
    field = _FIELD.search(content[max(0, begin - _BEFORE) : begin])
    try:
        name = str(parse_value(field[1])) if field else ""
        if not is_page_name(recognition, name):
            return None  # an object may have thousands of arrays, and what stands before each costs a reading
        before = parse_document(content[:begin] + b"[]}")
    except UnreadableError:
        return None
    elements = itertools.islice(array_elements([content[begin:]]), _FIRST_ELEMENTS)
    first = [value for element in elements if (value := _object(element.text)) is not None]
    if not first or not _is_page(recognition, before, name, first):
        return None
    return PageArray(begin, name, {other: inner for other, inner in before.items() if other != name}, first)


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        return parse_document(text)
    except UnreadableError:
        return None


def _is_page(recognition: Recognition, around: dict[str, Any], name: str, documents: list[Any]) -> bool:
    found = page(recognition, around | {name: documents})
    return found is not None and found.documents is documents


def objects(recognition: Recognition, chunks: Iterator[bytes]) -> Iterator[DocumentText | PageElement | PageEnd]:
    """Read the objects that follow one another, as `splitting.sequence` does, and large pages among them by elements.

    Args:
        recognition: The kind of the documents.
        chunks: The bytes, from the first object on.

    Yields:
        The texts of objects; of large pages their elements, and then their ends.
    """
    pieces = _pieces(chunks)
    while True:
        large = yield from _until_large_page(recognition, pieces)
        if large is None:
            return
        array, content = large
        following = yield from _large_page(recognition, array, itertools.chain(_pieces(iter([content])), pieces))
        pieces = itertools.chain([following], pieces)


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    return (chunk[begin : begin + _PIECE] for chunk in chunks for begin in range(0, len(chunk), _PIECE))


_LargePage = tuple[PageArray, bytes]
"""A large page, and its bytes as far as they were read."""


def _until_large_page(
    recognition: Recognition, pieces: Iterator[bytes]
) -> Generator[DocumentText | PageElement | PageEnd, None, _LargePage | None]:
    """The objects before the next large page, and that page; None where the bytes end."""
    splitter = SequenceSplitter(2 * _PIECE)  # a large one is seen before it is cut
    fault: str | None = None
    try:
        for piece in pieces:
            for text in splitter.feed(piece):
                yield from _closed(recognition, text)
            content = splitter.unclosed(MAX_DOCUMENT_BYTES)
            array = page_array(recognition, content) if content else None
            if array is not None:
                return array, content
    except CutOffError as error:
        fault = error.reason
    for text in splitter.finish(fault):
        yield from _closed(recognition, text)
    return None


def _closed(recognition: Recognition, text: DocumentText) -> Iterator[DocumentText | PageElement | PageEnd]:
    """An object that has ended, by elements if it is a page that has just become large."""
    array = page_array(recognition, text.text) if text.is_too_large and text.size == len(text.text) else None
    if array is None:
        yield _cut(text)
        return
    pieces = _pieces_of(text)
    following = yield from _large_page(recognition, array, pieces)
    with suppress(CutOffError):  # the text below keeps the fault
        following += b"".join(pieces)
    if following.strip(BLANK):
        yield replace(text, text=following, size=len(following))


def _pieces_of(text: DocumentText) -> Iterator[bytes]:
    yield from _pieces(iter([text.text]))
    if text.fault:
        raise CutOffError(text.fault)


def _cut(text: DocumentText) -> DocumentText:
    return replace(text, text=text.text[:KEPT_BYTES]) if text.is_too_large else text


def _large_page(
    recognition: Recognition, array: PageArray, pieces: Iterator[bytes]
) -> Generator[PageElement | PageEnd, None, bytes]:
    """The elements of a page and its end; returns what was read behind it."""
    elements, rest = PageArraySplitter(), PageRest()
    at = array.begin
    fault = UNCLOSED_PAGE
    try:
        for piece in pieces:
            begun = piece[at:]
            at -= len(piece) - len(begun)
            if not elements.is_closed:
                for text in elements.feed(begun):
                    yield PageElement(text, array.name)
                begun = elements.rest
            if elements.is_closed:
                rest.feed(begun)
            if rest.is_closed:
                yield _page_end(recognition, array, rest.text())
                return rest.following
    except CutOffError as error:
        fault = error.reason
    if elements.is_closed:
        yield PageEnd(claim_of(array.before), rest.text(fault))
    else:
        for text in elements.finish(UNCLOSED_ARRAY if fault == UNCLOSED_PAGE else fault):
            yield PageElement(text, array.name)
        yield PageEnd(claim_of(array.before))
    return b""


def _page_end(recognition: Recognition, array: PageArray, rest: DocumentText) -> PageEnd:
    """What follows the array: nothing of a document, or a text to reject."""
    after = _object(b"{" + rest.text.removeprefix(b",") + b"}") if not rest.is_too_large else None
    if after is None:
        return PageEnd(claim_of(array.before), replace(rest, fault=REST_OF_PAGE), array.name)
    around = {**array.before, **after}
    if array.name not in after and _is_page(recognition, around, array.name, array.first):
        return PageEnd(claim_of(around))
    said = said_of_a_page(recognition, around, frozenset({array.name})) or list(after)
    return PageEnd(claim_of(around), replace(rest, fault=REST_OF_PAGE), named(array.name, said))
