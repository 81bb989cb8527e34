"""Reading the documents of one landing object: each parsed, or kept as unreadable with its reason.

Whatever the bytes are, reading never raises for them: one bad document costs itself and nothing else. What raises is
the store (an object that is gone, a network that stays down). Memory is bounded by one document and one range of the
object, whatever its size.
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
WIDE: Final = "UTF-16 or UTF-32"

_CHUNK: Final = 256 * 1024
_LOOKED_AT: Final = 10
"""Lines by which JSON Lines are known. One could be damaged; whoever damages ten in a row has damaged the file."""

_BLANK: Final = b" \t\r\n"
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class ParsedDocument:
    """A JSON object, as it lay. `position`: its line in JSON Lines, its place in an array (from 1), else 1."""

    position: int
    document: dict[str, object]


@dataclass(frozen=True)
class UnreadableDocument:
    """What could not be read: `reason` is a stable phrase to count by, `detail` says where, without quoting anything.

    `text` is the beginning (64 KiB at most) of `size` bytes; it may hold personal data.
    """

    position: int
    reason: str
    text: bytes
    size: int
    detail: str = ""


def document_objects(bucket: Bucket, kind: DocumentKind) -> Iterator[ObjectSummary]:
    """The objects of a kind. Folder markers, as S3 consoles leave them, are none."""
    return (summary for summary in bucket.list(f"{kind.name}/") if not summary.key.endswith("/"))


def read_documents(bucket: Bucket, key: str) -> Iterator[ParsedDocument | UnreadableDocument]:
    """The documents of `.json` (one, an array, or one a line), `.jsonl` and `.jsonl.gz`, in their order.

    Another file type gives one unreadable document. Raises botocore's errors and ObjectChangedError, never for content.
    """
    name = key.lower()
    with bucket.open(key) as stream:
        if name.endswith(".json"):
            yield from _read_json(stream)
        elif name.endswith(".jsonl"):
            yield from map(_read_text, lines(_of_utf8(_chunks(stream))))
        elif name.endswith(".jsonl.gz"):
            yield from _read_archive(stream)
        else:
            yield _unreadable_file(UNKNOWN_FILE_TYPE, stream)


def _read_json(stream: IO[bytes]) -> Iterator[ParsedDocument | UnreadableDocument]:
    head = stream.read(MAX_DOCUMENT_BYTES + 1)
    content = head.removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)
    if _has_wide_characters(head):
        yield _unreadable_file(NOT_UTF8, stream, head, WIDE)
    elif content.startswith(b"["):
        yield from map(_read_text, array_elements(itertools.chain([content], _chunks(stream))))
    elif _is_one_document_a_line(content):
        yield from map(_read_text, lines(itertools.chain([head], _chunks(stream))))
    elif not content:
        yield _unreadable_file(EMPTY_FILE, stream, head)
    elif len(head) > MAX_DOCUMENT_BYTES:
        yield _unreadable_file(TOO_LARGE, stream, head)
    else:
        yield _read_text(DocumentText(1, head, len(head)))


def _is_one_document_a_line(content: bytes) -> bool:
    """Whether this is JSON Lines under the name `.json`, as mongoexport writes it: its first line is a document, or,
    where that one is damaged, one of the next lines is. These must begin with a brace, for an object in a document that
    is written over many lines is indented; and all of them together must be no document.
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


def _of_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, cut off in the first line of other encodings: their line ends are not ours, and each line would be a
    puzzle of its own.
    """
    for first in itertools.islice(chunks, 1):
        if _has_wide_characters(first):
            yield first.partition(b"\n")[0]
            raise CutOffError(NOT_UTF8)
        yield first
    yield from chunks


def _read_archive(stream: "BufferedReader") -> Iterator[ParsedDocument | UnreadableDocument]:
    if stream.peek(1):
        yield from map(_read_text, lines(_of_utf8(_decompressed(stream))))
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
    """The whole file as one unreadable document; what is left of the stream is only measured."""
    head = head or stream.read(KEPT_BYTES)
    return UnreadableDocument(1, reason, head[:KEPT_BYTES], len(head) + sum(map(len, _chunks(stream))), detail)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(_CHUNK), b"")
