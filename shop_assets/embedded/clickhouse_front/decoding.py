"""Content-Encoding of requests: a body is decoded chunk by chunk.

Every frame of a body is decoded, and a body that ends in the middle of a frame is an error: a part of the rows must
never be taken for all of them.
"""

import zlib
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

import lz4.frame  # type: ignore[import-untyped]  # it ships no types
import zstandard

from .errors import Code, QueryError, refusal


class _Frame(Protocol):
    """One frame's decoder, as lz4, zlib and zstandard have them."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, /) -> bytes: ...


_FRAMES: Final[dict[str, Callable[[], _Frame]]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
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
    decoder = _Decoder(encoding)
    async for chunk in body:
        for plain in decoder.decode(chunk):
            yield plain
    decoder.finish()


class _Decoder:
    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._frame: _Frame | None = None

    def decode(self, chunk: bytes) -> list[bytes]:
        """The plain bytes of the next chunk, which may end one frame and begin others."""
        plain = []
        while chunk:
            frame = self._frame = self._frame or _FRAMES[self._encoding]()
            try:
                plain.append(frame.decompress(chunk))
            except (RuntimeError, zlib.error, zstandard.ZstdError) as error:
                raise self._wrong(f"is not valid {self._encoding}: {error}") from None
            chunk = b""
            if frame.eof:
                chunk, self._frame = frame.unused_data or b"", None
        return [part for part in plain if part]

    def finish(self) -> None:
        """Raises QueryError when the body ended too early."""
        if self._frame is not None:
            raise self._wrong(f"ends in the middle of its {self._encoding} data")

    def _wrong(self, what: str) -> QueryError:
        return refusal(Code.INCORRECT_DATA, f"The request's body {what}; the statement was not run")
