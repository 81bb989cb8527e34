"""Searching the text of an object of landing, of any form, size and packing, for a customer."""

import io
import mmap
import re
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.files.encodings import chunks_of, decompressed, utf8
from shop_assets.landing.files.file_types import is_archive
from shop_assets.landing.files.splitting import CutOffError
from shop_assets.personal_data.traces import Traces

CHUNK: Final = 1024 * 1024
"""Bytes of a text that are looked at together."""

_LONGEST_TRACE: Final = 2048
"""Bytes: an id has 512 characters at most."""

_GZIP: Final = b"\x1f\x8b"

_BINARY: Final = re.compile(rb"[\x00-\x07\x0e-\x19\x7f]")
"""No text has these, and a spreadsheet, an archive or a file of columns does."""


class Unpacked(NamedTuple):
    """What the text of an object is to an erasure."""

    is_searchable: bool
    """It is all of the object, and is text."""
    is_rewritable: bool
    """It is all of the object, which is packed as its name says: what is written in its place loses nothing."""


def unpacked(name: str, source: IO[bytes], target: IO[bytes]) -> Unpacked:
    """Write the text of an object to a file: unpacked, in UTF-8, up to where it is damaged.

    Args:
        name: The object's key. An object may be packed by gzip under any name.
        source: Its content.
        target: The file.

    Returns:
        What the text is.
    """
    is_packed_by_name = is_archive(name)
    is_packed = is_packed_by_name or _begins_as_gzip(source)
    is_whole = is_text = True
    try:
        for chunk in utf8(decompressed(source) if is_packed else chunks_of(source)):
            is_text = is_text and _BINARY.search(chunk) is None
            target.write(chunk)
    except CutOffError:
        is_whole = False
    target.flush()
    return Unpacked(is_whole and is_text, is_whole and is_packed == is_packed_by_name)


def _begins_as_gzip(source: IO[bytes]) -> bool:
    return isinstance(source, io.BufferedReader) and source.peek(len(_GZIP)).startswith(_GZIP)


def is_mentioned(text: IO[bytes], traces: Traces, kind: DocumentKind) -> bool:
    """Whether a text of any form has something of a customer.

    Args:
        text: A file with the text that `unpacked` wrote.
        traces: The customer.
        kind: Of the documents that it stands among.
    """
    if not text.seek(0, io.SEEK_END):
        return False
    with mmap.mmap(text.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(
            traces.may_be_in(window.lower()) and mentions(window, traces, kind)
            for window in windows(content, 0, len(content))
        )


def may_mention(text: IO[bytes], traces: Traces) -> bool:
    """Find out quickly whether a text may have something of a customer; a close look costs 0.8 s a MiB.

    Args:
        text: A file with the text that `unpacked` wrote.
        traces: The customer.

    Returns:
        False if it has nothing of them.
    """
    text.seek(0)
    before = b""
    while chunk := text.read(CHUNK):
        if traces.may_be_in((before + chunk).lower()):
            return True
        before = chunk[-_LONGEST_TRACE:]
    return False


def mentions(text: bytes, traces: Traces, kind: DocumentKind) -> bool:
    """Whether a text has something of a customer.

    Args:
        text: The text, which need not be UTF-8.
        traces: The customer.
        kind: Of the documents that it stands among.
    """
    return traces.is_mentioned(text.decode("utf-8", "replace"), kind)


def windows(content: mmap.mmap, begin: int, end: int) -> Iterator[bytes]:
    """Read a part of a text, whatever its size, in pieces that overlap: a trace is whole in one of them.

    They begin and end at a separator, if there is one: half of `cus-12` would be another's id.

    Args:
        content: The text.
        begin: Where the part begins.
        end: Where it ends.

    Yields:
        The pieces.
    """
    while end - begin > CHUNK:
        cut = _last_separator(content, begin + CHUNK)
        yield content[begin:cut]
        begin = _last_separator(content, cut - _LONGEST_TRACE)
    yield content[begin:end]


def _last_separator(content: mmap.mmap, at: int) -> int:
    found = max(content.rfind(separator, at - _LONGEST_TRACE, at) for separator in (b'"', b",", b"\n", b" "))
    return found if found >= 0 else at
