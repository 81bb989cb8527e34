"""Reading the documents of one object in landing: each is parsed, or unreadable with a reason.

Whatever the bytes are, reading does not raise because of them: a bad document is rejected alone. Only the store raises
(an object that is gone, a network that stays down). Memory is bounded by one document and one range of the object.
"""

import codecs
import gzip
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.parsing import NOT_UTF8, UnreadableError, parse_document
from shop_assets.landing.splitting import (
    KEPT_BYTES,
    MAX_DOCUMENT_BYTES,
    CutOffError,
    DocumentText,
    array_elements,
    lines,
)
from shop_assets.object_store.bucket import Bucket, ObjectSummary

if TYPE_CHECKING:
    from io import BufferedReader

TOO_LARGE: Final = "larger than 16 MiB"
EMPTY_FILE: Final = "empty file"
DAMAGED_GZIP: Final = "damaged gzip"
UNKNOWN_FILE_TYPE: Final = "unknown file type"
WIDE_ENCODING: Final = "UTF-16 or UTF-32"

_CHUNK: Final = 256 * 1024
_LOOKED_AT: Final = 10
"""Lines by which JSON Lines are recognised. One could be damaged; a file with ten damaged ones in a row is damaged."""

_BLANK: Final = b" \t\r\n"
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class ParsedDocument:
    """A JSON object, unchanged. `position`: its line in JSON Lines, its place in an array (from 1), else 1."""

    position: int
    document: dict[str, object]


@dataclass(frozen=True)
class UnreadableDocument:
    """A document that could not be read: `reason` is a stable phrase to count by, `detail` says where, without quoting.

    `text` is the beginning (64 KiB at most) of `size` bytes; it may hold personal data.
    """

    position: int
    reason: str
    text: bytes
    size: int
    detail: str = ""


def document_objects(bucket: Bucket, kind: DocumentKind) -> Iterator[ObjectSummary]:
    """List the objects of a kind, without the folder markers that S3 consoles create.

    Args:
        bucket: The landing bucket.
        kind: The kind.

    Returns:
        The objects in the store's own order.
    """
    return (summary for summary in bucket.list(f"{kind.name}/") if not summary.key.endswith("/"))


def read_documents(bucket: Bucket, key: str) -> Iterator[ParsedDocument | UnreadableDocument]:
    """Read the documents of an object: `.json` (one, an array, or one per line), `.jsonl` or `.jsonl.gz`.

    Args:
        bucket: The landing bucket.
        key: The object's key; its ending says how documents follow one another.

    Yields:
        The documents in their order. An object of another type is one unreadable document.

    Raises:
        ObjectMissingError: There is no such object.
        ObjectChangedError: The object was replaced while it was read.
    """
    name = key.lower()
    with bucket.open(key) as stream:
        if name.endswith(".json"):
            yield from _read_json(stream)
        elif name.endswith(".jsonl"):
            yield from map(_read_text, lines(_stop_at_wide_encoding(_chunks(stream))))
        elif name.endswith(".jsonl.gz"):
            yield from _read_archive(stream)
        else:
            yield _unreadable_file(UNKNOWN_FILE_TYPE, stream)


def _read_json(stream: IO[bytes]) -> Iterator[ParsedDocument | UnreadableDocument]:
    head = stream.read(MAX_DOCUMENT_BYTES + 1)
    content = head.removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)
    if _has_wide_characters(head):
        yield _unreadable_file(NOT_UTF8, stream, head, WIDE_ENCODING)
    elif content.startswith(b"["):
        yield from map(_read_text, array_elements(itertools.chain([content], _chunks(stream))))
    elif _is_one_document_per_line(content):
        yield from map(_read_text, lines(itertools.chain([head], _chunks(stream))))
    elif not content:
        yield _unreadable_file(EMPTY_FILE, stream, head)
    elif len(head) > MAX_DOCUMENT_BYTES:
        yield _unreadable_file(TOO_LARGE, stream, head)
    else:
        yield _read_text(DocumentText(1, head, len(head)))


def _is_one_document_per_line(content: bytes) -> bool:
    """Whether this is JSON Lines under the name `.json`, as mongoexport writes it.

    The first line is a document or, if that one is damaged, one of the next lines is. These must begin with a brace,
    because an object within a document of many lines is indented; and all of them together must not be a document.
    """
    first, *others = content.split(b"\n", _LOOKED_AT)
    if not any(line.strip(_BLANK) for line in others):
        return False
    if _is_document(first):
        return True
    looked_at = others[: _LOOKED_AT - 1]
    return any(line.startswith(b"{") and _is_document(line) for line in looked_at) and not _is_document(content)


def _is_document(text: bytes) -> bool:
    try:
        parse_document(text)
    except UnreadableError:
        return False
    return True


def _has_wide_characters(head: bytes) -> bool:
    """Whether this is UTF-16 or UTF-32, marked or not: JSON begins with ASCII, whose other bytes are zeros there."""
    return head.startswith(_UTF16_MARKS) or (b"\0" in head[:4] and any(head[:4]))


def _stop_at_wide_encoding(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, cut off in the first line of other encodings.

    Their line ends differ, so each line would be counted as unreadable.
    """
    for first in itertools.islice(chunks, 1):
        if _has_wide_characters(first):
            yield first.partition(b"\n")[0]
            raise CutOffError(NOT_UTF8)
        yield first
    yield from chunks


def _read_archive(stream: "BufferedReader") -> Iterator[ParsedDocument | UnreadableDocument]:
    if stream.peek(1):
        yield from map(_read_text, lines(_stop_at_wide_encoding(_decompressed(stream))))
    else:  # an archive of nothing has its header and its checksum
        yield _unreadable_file(EMPTY_FILE, stream)


def _decompressed(stream: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream, mode="rb") as archive:
        while True:
            try:
                # read1 and not read: what was decompressed before the damage is still delivered.
                chunk = archive.read1(_CHUNK)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise CutOffError(DAMAGED_GZIP) from error
            if not chunk:
                return
            yield chunk


def _read_text(text: DocumentText) -> ParsedDocument | UnreadableDocument:
    if text.fault is not None:
        return UnreadableDocument(text.position, text.fault, text.text[:KEPT_BYTES], text.size)
    if text.is_too_large:
        return UnreadableDocument(text.position, TOO_LARGE, text.text[:KEPT_BYTES], text.size)
    try:
        return ParsedDocument(text.position, parse_document(text.text))
    except UnreadableError as error:
        return UnreadableDocument(text.position, error.reason, text.text[:KEPT_BYTES], text.size, error.detail)


def _unreadable_file(reason: str, stream: IO[bytes], head: bytes = b"", detail: str = "") -> UnreadableDocument:
    """The whole file as one unreadable document; the rest of the stream is only measured."""
    head = head or stream.read(KEPT_BYTES)
    return UnreadableDocument(1, reason, head[:KEPT_BYTES], len(head) + sum(map(len, _chunks(stream))), detail)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(_CHUNK), b"")
