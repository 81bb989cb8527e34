"""Splitting a byte stream into the texts of single documents, in bounded memory, before anything is parsed.

This module knows how documents follow one another in a file: as lines of JSON Lines, as elements of JSON arrays, or one
after another as jq and `mongoexport --pretty` write them. What a text contains, and whether it is JSON, is checked in
`parsing.py`; a damaged document must not cost its neighbours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024
"""MongoDB's limit for a document; a longer text is never held in memory as a whole."""

KEPT_BYTES: Final = 64 * 1024
"""How much of an unreadable text is stored."""

BLANK: Final = b" \t\r\n"
_SEPARATORS: Final = BLANK + b",\x1e"
"""What may stand between two documents: a comma, or RFC 7464's record separator."""

_KEPT_SEPARATORS: Final = 1024
"""Bytes of separators that are kept in case that something stray follows them."""

UNCLOSED_ARRAY: Final = "the array is not closed"
TRAILING_TEXT: Final = "text after the end of the array"

# What may be skipped while looking for the next bracket (or comma, between elements): whole strings and all else. Each
# pattern matches a text in exactly one way, so that an unterminated string is scanned in linear time. Possessive
# quantifiers would say the same and are wrong in Python up to 3.11.4.
_STRING_REST: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_INSIDE_ELEMENT: Final = re.compile(rb'[^"\[\]{}]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^"\[\]{}]*)*', re.DOTALL)
_BETWEEN_ELEMENTS: Final = re.compile(rb'[^"\[\]{},]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^"\[\]{},]*)*', re.DOTALL)
_NEXT_ARRAY: Final = re.compile(rb"[ \t\r\n,\x1e]*\[")


class CutOffError(Exception):
    """Raised by chunks that end too early, such as a damaged archive's. `reason` becomes the fault of the last text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class DocumentText:
    """The text of one document: whole, or its first `KEPT_BYTES` if it is larger than `MAX_DOCUMENT_BYTES`.

    `position` counts from 1: the number of the line or element. `size` is in bytes. `fault` is set when this is not a
    document whatever its text.
    """

    position: int
    text: bytes
    size: int
    fault: str | None = None

    @property
    def is_too_large(self) -> bool:
        """Whether the text was longer than a document may be, so that only its beginning was kept."""
        return self.size > MAX_DOCUMENT_BYTES


def lines(chunks: Iterable[bytes]) -> Iterator[DocumentText]:
    """The lines that are not blank. Where the chunks raise CutOffError, the rest is one text with that fault."""
    position = 1
    buffer = _TextBuffer()
    fault: str | None = None
    try:
        for chunk in chunks:
            *ended, rest = chunk.split(b"\n")
            for line in ended:
                buffer.add(line)
                if not buffer.is_blank:
                    yield buffer.document_text(position)
                buffer = _TextBuffer()
                position += 1
            buffer.add(rest)
    except CutOffError as error:
        fault = error.reason
    if fault or not buffer.is_blank:
        yield buffer.document_text(position, fault)


def array_elements(chunks: Iterable[bytes]) -> Iterator[DocumentText]:
    """The elements of JSON arrays, one after another; the first one's bracket is the first byte that is not blank.

    Brackets are counted, not matched, so an element with a wrong one ends where its neighbour begins. The rest of an
    array that is cut off, and whatever follows an array's end and is no other array, is one text with a fault.
    """
    splitter = ArraySplitter()
    fault = UNCLOSED_ARRAY
    try:
        for chunk in chunks:
            yield from splitter.feed(chunk)
    except CutOffError as error:
        fault = error.reason
    yield from splitter.finish(fault)


def sequence(chunks: Iterable[bytes]) -> Iterator[DocumentText]:
    """The objects that follow one another, whatever line ends, blanks or commas are between them.

    Something else between two of them is a text too; the next object then begins with a line. Where the chunks raise
    CutOffError, the rest is one text with that fault.
    """
    splitter = SequenceSplitter()
    fault: str | None = None
    try:
        for chunk in chunks:
            yield from splitter.feed(chunk)
    except CutOffError as error:
        fault = error.reason
    yield from splitter.finish(fault)


class _TextBuffer:
    """A text that grows by chunks; beyond the limit only its beginning and its size are kept."""

    def __init__(self, spare: int = 0) -> None:
        self._limit = MAX_DOCUMENT_BYTES + spare
        self._parts: list[bytes] = []
        self.size = 0

    def add(self, part: bytes) -> None:
        within = self.size <= self._limit
        self.size += len(part)
        if self.size <= self._limit:
            self._parts.append(part)
        elif within:
            self._parts = [b"".join([*self._parts, part])[:KEPT_BYTES]]

    @property
    def text(self) -> bytes:
        return b"".join(self._parts)

    @property
    def is_whole(self) -> bool:
        return self.size <= self._limit

    @property
    def is_blank(self) -> bool:
        return self.is_whole and not any(part.strip(BLANK) for part in self._parts)

    def document_text(self, position: int, fault: str | None = None) -> DocumentText:
        text = self.text
        if self.size > MAX_DOCUMENT_BYTES:
            return DocumentText(position, text, self.size, fault)
        stripped = text.strip(BLANK)
        return DocumentText(position, stripped, len(stripped), fault)


class _Splitter:
    """The state between two chunks: the depth of brackets, whether a string is open, the current text."""

    def __init__(self, spare: int = 0) -> None:
        self._spare = spare
        self._depth = 0
        self._position = 1
        self._text = _TextBuffer(spare)
        self._is_in_string = False
        self._pending = b""  # a backslash whose second half is in the next chunk

    def _split_off(self, fault: str | None = None) -> DocumentText:
        text = self._text.document_text(self._position, fault)
        self._text = _TextBuffer(self._spare)
        self._position += 1
        return text

    def _next_mark(self, text: bytes, at: int, between: re.Pattern[bytes]) -> int:
        """The position of what ends `between`, outside strings; the text's length if nothing does."""
        if self._is_in_string:
            at = _rest_of_string(text, at)
            if text[at : at + 1] != b'"':
                self._pending = text[at:]
                return len(text)
            self._is_in_string = False
            at += 1
        at = _end(between, text, at)
        if text[at : at + 1] != b'"':
            return at
        self._is_in_string = True  # and it continues in the next chunk: a whole one would have been skipped
        self._pending = text[_rest_of_string(text, at + 1) :]
        return len(text)


class ArraySplitter(_Splitter):
    """Splits at the commas between the elements of arrays that follow one another."""

    is_closed = False

    def feed(self, chunk: bytes) -> Iterator[DocumentText]:
        """The elements that end in the next bytes."""
        text = self._pending + chunk
        self._pending = b""
        begin = at = self._begin_next_array(text, 0)
        while not self.is_closed and (at := self._next_mark(text, at, self._between)) < len(text):
            mark = text[at : at + 1]
            at += 1
            if mark in b"[{":
                self._depth += 1
                begin = at if self._depth == 1 else begin
            elif self._depth > 1 and mark in b"]}":
                self._depth -= 1
            elif mark in b",]":
                self._text.add(text[begin : at - 1])
                begin = at
                self.is_closed = mark == b"]"
                if not (self.is_closed and self._text.is_blank):
                    yield self._split_off()
                else:
                    self._text = _TextBuffer()
                begin = at = self._begin_next_array(text, at)
        self._text.add(text[begin : len(text) - len(self._pending)])

    def finish(self, fault: str) -> Iterator[DocumentText]:
        """What is left where the bytes end."""
        if self.is_closed:
            if not self._text.is_blank:
                yield self._split_off(TRAILING_TEXT)
            return
        if self._depth == 1 and not self._text.is_blank and fault == UNCLOSED_ARRAY:
            yield self._split_off()
        yield self._split_off(fault)

    @property
    def _between(self) -> re.Pattern[bytes]:
        return _BETWEEN_ELEMENTS if self._depth == 1 else _INSIDE_ELEMENT

    def _begin_next_array(self, text: bytes, at: int) -> int:
        """Where the next array's elements begin, if this one is closed and another follows."""
        found = _NEXT_ARRAY.match(text, at) if self.is_closed and self._text.is_blank else None
        if found is None:
            return at
        self.is_closed = False
        self._text = _TextBuffer()
        return found.end()


class PageArraySplitter(ArraySplitter):
    """Splits the array of a page: what follows it belongs to the object around it."""

    @property
    def rest(self) -> bytes:
        """What was read behind the array's end."""
        return self._text.text

    def _begin_next_array(self, text: bytes, at: int) -> int:  # noqa: ARG002  # the page's array is the only one
        return at


class PageRest(_Splitter):
    """Finds the end of the object around a page's array."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 1
        self.following = b""
        """What was read behind the object's end."""

    @property
    def is_closed(self) -> bool:
        """Whether the object has ended."""
        return self._depth == 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        text = self._pending + chunk
        self._pending = b""
        at = 0
        while (at := self._next_mark(text, at, _INSIDE_ELEMENT)) < len(text):
            self._depth += 1 if text[at : at + 1] in b"[{" else -1
            at += 1
            if self.is_closed:
                self._text.add(text[: at - 1])
                self.following = text[at:]
                return
        self._text.add(text[: len(text) - len(self._pending)])

    def text(self, fault: str | None = None) -> DocumentText:
        """What stands between the array's end and the object's, without the closing brace."""
        return self._text.document_text(1, fault)


class SequenceSplitter(_Splitter):
    """Splits where an object is closed and another begins.

    What follows an object and begins no other makes one text with it, which is not JSON: perhaps a bracket closed the
    object too early. Of an object that is more than `spare` larger than a document may be, only the beginning is kept.
    """

    def __init__(self, spare: int = 0) -> None:
        super().__init__(spare)
        self._is_stray = False
        """Whether what follows the last object begins no other."""
        self._last = b""
        self._separators = b""

    def unclosed(self, beyond: int) -> bytes:
        """The object that has not ended yet, as far as it was read.

        Args:
            beyond: A number of bytes.

        Returns:
            Its bytes; nothing if they are no more than `beyond`, or not all of them were kept.
        """
        is_longer = self._depth and self._text.size > beyond and self._text.is_whole
        return self._text.text + self._pending if is_longer else b""

    def feed(self, chunk: bytes) -> Iterator[DocumentText]:
        """The objects that end in the next bytes."""
        text = self._pending + chunk
        self._pending = b""
        begin = at = 0
        while at < len(text):
            if self._depth == 0:
                opened = self._opening(text, at)
                self._add_between(text[at:opened])
                self._last = text[opened - 1 : opened] if opened > at else self._last
                if opened == len(text):
                    return
                if not self._text.is_blank:
                    yield self._split_off()
                self._is_stray = False
                self._separators = b""
                begin, at, self._depth = opened, opened + 1, 1
            at = self._next_mark(text, at, _INSIDE_ELEMENT)
            if at >= len(text):
                break
            self._depth += 1 if text[at : at + 1] in b"[{" else -1
            at += 1
            if self._depth == 0:
                self._text.add(text[begin:at])
                begin = at
        if self._depth:
            self._text.add(text[begin : len(text) - len(self._pending)])

    def _add_between(self, part: bytes) -> None:
        """Keep what is between two objects as soon as it is more than separators, wherever the chunks begin."""
        if self._is_stray:
            self._text.add(self._separators + part)
            self._separators = b""
        else:
            self._separators = (self._separators + part)[-_KEPT_SEPARATORS:]

    def finish(self, fault: str | None) -> Iterator[DocumentText]:
        """What is left where the bytes end."""
        if fault and self._depth == 0 and not self._is_stray and not self._text.is_blank:
            yield self._split_off()
        if fault or not self._text.is_blank:
            yield self._split_off(fault)

    def _opening(self, text: bytes, at: int) -> int:
        """Where the next object begins; after something else, with a line."""
        found = _first(text, b"{", at)
        self._is_stray = self._is_stray or bool(text[at:found].strip(_SEPARATORS))
        if not self._is_stray:
            return found
        begins_here = self._last == b"\n" and text[at : at + 1] == b"{"
        return at if begins_here else min(len(text), _first(text, b"\n{", at) + 1)


def _first(text: bytes, wanted: bytes, at: int) -> int:
    found = text.find(wanted, at)
    return len(text) if found < 0 else found


def _rest_of_string(text: bytes, at: int) -> int:
    return _end(_STRING_REST, text, at)


def _end(pattern: re.Pattern[bytes], text: bytes, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
