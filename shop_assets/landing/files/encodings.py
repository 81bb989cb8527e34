"""From the bytes of a file to UTF-8 text in chunks: gzip is unpacked, UTF-16 and UTF-32 are converted.

Whatever is damaged ends the chunks with a CutOffError: what came before it is still delivered. Other encodings are not
recognised: a text in one of them is found not to be UTF-8 when it is parsed.
"""

import codecs
import gzip
import itertools
import zlib
from collections.abc import Iterator
from typing import IO, Final

from shop_assets.landing.files.splitting import CutOffError

DAMAGED_GZIP: Final = "damaged gzip"
DAMAGED_UTF16: Final = "not UTF-16 or UTF-32 text, as its beginning says"

_CHUNK: Final = 256 * 1024

# UTF-32's mark in little-endian order begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# RFC 4627, section 3: JSON begins with two characters of ASCII, so where the zeros are tells the encoding.
_ZEROS: Final = (
    ([True, True, True, False], "utf-32-be"),
    ([False, True, True, True], "utf-32-le"),
    ([True, False, True, False], "utf-16-be"),
    ([False, True, False, True], "utf-16-le"),
)
_RECOGNISED_BY: Final = 4
"""Bytes that tell the encoding."""

_FILLING: Final = b"\x00\x1a"
_BLANK: Final = b" \t\r\n"


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Read a stream to its end.

    Args:
        stream: A binary stream.

    Returns:
        Its bytes, 256 KiB at a time.
    """
    return iter(lambda: stream.read(_CHUNK), b"")


def decompressed(stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack a gzip archive.

    Args:
        stream: The archive.

    Yields:
        What was packed.

    Raises:
        CutOffError: The archive is damaged; what comes before the damage was yielded.
    """
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


def utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Convert UTF-16 and UTF-32 to UTF-8; leave everything else as it is, but for what fills a file up at its end.

    Args:
        chunks: The bytes of a text.

    Yields:
        The same text; a mark at its beginning that is not UTF-8's is left out.

    Raises:
        CutOffError: The text is damaged; what comes before the damage was yielded.
    """
    head = b""
    while len(head) < _RECOGNISED_BY:
        try:
            chunk = next(chunks, None)
        except CutOffError:
            yield head
            raise
        if chunk is None:
            break
        head += chunk
    everything = itertools.chain([head] if head else [], chunks)
    encoding = wide_encoding(head)
    yield from _without_filling(everything if encoding is None else _converted(everything, encoding))


def _without_filling(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The text without DOS's mark of an end and without zeros there, with which a file may be allocated. A file of
    nothing else is left as it is: it is damaged.
    """
    held, has_text = b"", False
    try:
        for chunk in chunks:
            text = held + chunk
            filling = text[len(text.rstrip(_FILLING + _BLANK)) :].lstrip(_BLANK)
            kept = text[: len(text) - len(filling)]
            held = filling[:_CHUNK]  # more of it says no more
            if kept:
                has_text = True
                yield kept
    except CutOffError:
        yield held
        raise
    if held:
        yield held.translate(None, _FILLING) if has_text else held


def wide_encoding(head: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32, by their mark or by the zeros of JSON's first characters.

    Args:
        head: The beginning of a text, at least four bytes of it, or all of a shorter one.

    Returns:
        The name of the encoding, or None if it is none of these.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    zeros = [byte == 0 for byte in head[:_RECOGNISED_BY]]
    return next((encoding for places, encoding in _ZEROS if zeros == places), None)


def _converted(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    is_first = True
    for chunk, is_last in _marked_last(chunks):
        try:
            text = decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            yield error.object[: error.start].decode(encoding, "ignore").encode()
            raise CutOffError(DAMAGED_UTF16) from None
        yield (text.removeprefix("\ufeff") if is_first else text).encode()
        is_first = is_first and not text


def _marked_last(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    waiting = next(chunks, None)
    while waiting is not None:
        following = next(chunks, None)
        yield waiting, following is None
        waiting = following
