"""Splitting a file into the texts of its documents and pages, by the layout of the file."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shop_assets.landing.files.layouts import Layout, estimated_documents, recognise
from shop_assets.landing.files.splitting import (
    BLANK,
    KEPT_BYTES,
    MAX_DOCUMENT_BYTES,
    CutOffError,
    DocumentText,
    array_elements,
    lines,
)
from shop_assets.landing.mapping.translation import Form, PageSummary, UnreadableDocument
from shop_assets.landing.wrappers.page_streams import PageElement, PageEnd, objects
from shop_assets.landing.wrappers.recognition import Recognition

EMPTY_FILE: Final = "empty file"

_MARK: Final = b"\xef\xbb\xbf"
_LINES_HEAD: Final = 1024 * 1024
"""Bytes of JSON Lines by which their layout is recognised; more of it is never held at once."""


@dataclass(frozen=True)
class SplitText:
    """The text of a document or a page, the layout of its file, and what was around it; of a text with a fault, where
    that is.
    """

    text: DocumentText
    layout: Layout = Layout.ARRAY
    around: tuple[str, ...] = ()
    detail: str = ""


def split_file(
    chunks: Iterator[bytes], form: Form, *, lines_by_name: bool
) -> Iterator[SplitText | UnreadableDocument | PageSummary]:
    """Split a file into its texts, and what its large pages say of others.

    Args:
        chunks: The file in UTF-8, unpacked.
        form: How documents of its kind are read.
        lines_by_name: Whether the file's name says JSON Lines.

    Yields:
        The texts in their order; an empty file, and one that is cut off, as an unreadable document.
    """
    head, rest = _head(chunks, _LINES_HEAD if lines_by_name else MAX_DOCUMENT_BYTES + 1)
    content = head.removeprefix(_MARK).lstrip(BLANK)
    is_whole = rest is None
    following = rest if rest is not None else iter(())
    everything = itertools.chain([head], following)
    match recognise(content, lines_by_name=lines_by_name, is_whole=is_whole):
        case Layout.EMPTY if not lines_by_name or not is_whole:
            yield from _split_blank_file(everything, head, lines_by_name=lines_by_name)
        case Layout.EMPTY:
            return
        case Layout.ARRAY:
            yield from map(SplitText, array_elements(itertools.chain([content], following)))
        case Layout.LINES:
            yield from (SplitText(text, Layout.LINES) for text in lines(everything))
        case Layout.SEQUENCE:
            yield from _split_objects(itertools.chain([content], following), form.recognition)
        case Layout.SINGLE:
            yield _whole_file(head, following, form.recognition)


def split_texts(
    chunks: Iterator[bytes], form: Form, *, lines_by_name: bool
) -> Iterator[SplitText | UnreadableDocument]:
    """Split a file as `split_file` does, without what its pages say.

    Args:
        chunks: The file in UTF-8, unpacked.
        form: How documents of its kind are read.
        lines_by_name: Whether the file's name says JSON Lines.

    Yields:
        The texts in their order, and unreadable documents.
    """
    found = split_file(chunks, form, lines_by_name=lines_by_name)
    return (one for one in found if not isinstance(one, PageSummary))


def unreadable_file(reason: str, chunks: Iterator[bytes]) -> UnreadableDocument:
    """Take a whole file as one unreadable document. Its text is the beginning; the rest is only measured.

    Args:
        reason: Why it is not read.
        chunks: The file.

    Returns:
        The document.
    """
    head, rest = _head(chunks, KEPT_BYTES)
    return UnreadableDocument(1, reason, head[:KEPT_BYTES], len(head) + sum(map(len, rest or ())))


def _split_objects(chunks: Iterator[bytes], recognition: Recognition) -> Iterator[SplitText | PageSummary]:
    for found in objects(recognition, chunks):
        match found:
            case PageElement(text, name):
                yield SplitText(text, around=(f"page: {name}",))
            case PageEnd(claim, rest, detail):
                yield PageSummary(1, claim)
                if rest is not None:  # without it, the page stays JSON: a line of nothing would do the same
                    yield SplitText(rest, Layout.LINES, detail=detail)
            case DocumentText():
                yield SplitText(found, Layout.SEQUENCE)


def _head(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes] | None]:
    """The beginning of the text, and what follows it; None if nothing does."""
    parts: list[bytes] = []
    held = 0
    while held < size:
        try:
            chunk = next(chunks, None)
        except CutOffError as error:
            return b"".join(parts), _CutOff(error)
        if chunk is None:
            return b"".join(parts), None
        parts.append(chunk)
        held += len(chunk)
    return b"".join(parts), chunks


class _CutOff(Iterator[bytes]):
    """What follows a text that is cut off."""

    def __init__(self, error: CutOffError) -> None:
        self._error = error

    def __next__(self) -> bytes:
        raise self._error


def _split_blank_file(
    chunks: Iterator[bytes], head: bytes, *, lines_by_name: bool
) -> Iterator[SplitText | UnreadableDocument]:
    """A file that begins with blanks alone."""
    if lines_by_name:
        yield from (SplitText(text, Layout.LINES) for text in lines(chunks))
    else:
        try:
            size = sum(map(len, chunks))
        except CutOffError as error:
            yield UnreadableDocument(1, error.reason, head[:KEPT_BYTES], len(head))
            return
        yield UnreadableDocument(1, EMPTY_FILE, head[:KEPT_BYTES], size)


def _whole_file(head: bytes, following: Iterator[bytes], recognition: Recognition) -> SplitText | UnreadableDocument:
    try:
        size = len(head) + sum(map(len, following))
    except CutOffError as error:
        estimate = estimated_documents(head, len(head), recognition.id_fields)
        return UnreadableDocument(1, error.reason, head[:KEPT_BYTES], len(head), documents=estimate)
    return SplitText(DocumentText(1, head if size <= MAX_DOCUMENT_BYTES else head[:KEPT_BYTES], size))
