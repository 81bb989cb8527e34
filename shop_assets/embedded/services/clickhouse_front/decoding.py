"""Content-Encoding of requests: a body is decoded chunk by chunk.

Every frame of a body is decoded, and a body that ends in the middle of a frame is an error: a part of the rows must
never be taken for all of them.

Memory is bounded whatever the body holds: 32 KB of zstd can become 2 GB, so it is decoded in small steps, and one that
grows without end is refused. The data of an INSERT goes to a file, and may be as long as the disk allows.
"""

import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, Protocol

import lz4.frame  # type: ignore[import-untyped]  # it ships no types
import zstandard

from .errors import Code, QueryError, refusal
from .framing import FramedBlock


class _Frame(Protocol):
    """One frame's decoder, as lz4, zlib and zstandard have them."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, /) -> bytes: ...


_STEP: Final = 1024
"""Bytes that are decoded at once. zstd, the densest, makes at most 128 KiB of four bytes: 32 MiB of a step."""

_PIECE: Final = 512 * 1024
"""What is passed on at once: whoever collects pieces copies them."""

_WINDOW: Final = 8 * 1024 * 1024
"""The largest window that RFC 8878 asks of every decoder; level 19 needs no more."""

_FREE_OUTPUT: Final = 256 * 1024 * 1024
_RATIO: Final = 1000
"""Rows compress by 5 to 50, and a column of one value by some hundreds; gzip cannot reach much more than this. Below
`_FREE_OUTPUT` any ratio is accepted."""

_FREE_FRAMES: Final = 1000
_FRAME_BYTES: Final = 64
"""The least that a frame has on average, beyond `_FREE_FRAMES`: 300,000 empty ones are 3 MB, and take seconds."""

_FRAMES: Final[dict[str, Callable[[], _Frame]]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": lambda: zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj(),
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": zlib.decompressobj,
}


async def decoded(body: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The body's bytes without their encoding (`lz4`, `zstd`, `gzip`, `deflate`, or none).

    Raises QueryError: 48 for an unknown encoding, 117 for a body that is broken or cut short.
    """
    if encoding in {"", "identity"}:
        async for chunk in body:
            if chunk:
                yield chunk
        return
    if encoding not in _FRAMES:
        names = ", ".join(_FRAMES)
        raise refusal(Code.NOT_IMPLEMENTED, f"Content-Encoding {encoding!r} is not supported; use {names} or none")
    async for plain in _plain(body, _Decoder(encoding, _FRAMES[encoding])):
        yield plain


async def deframed(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The body's bytes without ClickHouse's own compression (`decompress=1`).

    Raises QueryError: 117 for a body that is broken or cut short, 307 for a block that is too large.
    """
    async for plain in _plain(body, _Decoder("ClickHouse's compressed blocks", FramedBlock)):
        yield plain


async def _plain(body: AsyncIterator[bytes], decoder: "_Decoder") -> AsyncIterator[bytes]:
    async for chunk in body:
        for start in range(0, len(chunk), _STEP):
            for plain in decoder.decode(chunk[start : start + _STEP]):
                yield plain
    decoder.finish()


class _Decoder:
    def __init__(self, encoding: str, new_frame: Callable[[], _Frame]) -> None:
        self._encoding = encoding
        self._new_frame = new_frame
        self._frame: _Frame | None = None
        self._taken = 0
        self._given = 0
        self._begun = 0

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """The plain bytes of the next chunk, which may end one frame and begin others."""
        self._taken += len(chunk)
        while chunk:
            frame = self._frame = self._frame or self._next_frame()
            try:
                plain = frame.decompress(chunk)
            except (RuntimeError, zlib.error, zstandard.ZstdError) as error:
                raise self._wrong(f"is not valid {self._encoding}: {error}") from None
            self._given += len(plain)
            if self._given > max(_FREE_OUTPUT, self._taken * _RATIO):
                reason = f"The request's body grows by more than {_RATIO} times when it is decompressed"
                raise refusal(Code.TOO_MANY_BYTES, reason)
            yield from (plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE))
            chunk = b""
            if frame.eof:
                chunk, self._frame = frame.unused_data or b"", None

    def _next_frame(self) -> _Frame:
        self._begun += 1
        if self._begun > max(_FREE_FRAMES, self._taken / _FRAME_BYTES):
            raise refusal(Code.INCORRECT_DATA, f"The request's body has {self._begun} frames that are nearly empty")
        return self._new_frame()

    def finish(self) -> None:
        """Raises QueryError when the body ended too early."""
        if self._frame is not None:
            raise self._wrong(f"ends in the middle of its {self._encoding} data")

    def _wrong(self, what: str) -> QueryError:
        return refusal(Code.INCORRECT_DATA, f"The request's body {what}; the statement was not run")
