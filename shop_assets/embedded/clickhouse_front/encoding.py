"""Accept-Encoding of requests: a response is compressed chunk by chunk.

As on a ClickHouse server this is done only if the request has `enable_http_compression=1`.
"""

import zlib
from collections.abc import Callable
from typing import Final, Protocol

import lz4.frame  # type: ignore[import-untyped]  # it ships no types
import zstandard


class Encoder(Protocol):
    """Compresses the chunks of one response."""

    def compress(self, data: bytes, /) -> bytes:
        """What the next chunk adds to the output, which may be nothing yet."""

    def flush(self) -> bytes:
        """What is left, and the end of the frame."""


class _Lz4Encoder:
    def __init__(self) -> None:
        self._compressor = lz4.frame.LZ4FrameCompressor()
        self._header: bytes = self._compressor.begin()

    def compress(self, data: bytes, /) -> bytes:
        header, self._header = self._header, b""
        compressed: bytes = self._compressor.compress(data)
        return header + compressed

    def flush(self) -> bytes:
        header, self._header = self._header, b""
        rest: bytes = self._compressor.flush()
        return header + rest


# The lowest levels: requests come from this machine, so time matters more than bytes.
_ENCODERS: Final[dict[str, Callable[[], Encoder]]] = {
    "lz4": _Lz4Encoder,
    "zstd": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    "gzip": lambda: zlib.compressobj(level=1, wbits=31),
    "deflate": lambda: zlib.compressobj(level=1),
}


def negotiated(accept_encoding: str) -> tuple[str, Encoder] | None:
    """The first supported encoding of an Accept-Encoding header, with a new encoder; None for no encoding."""
    for offer in accept_encoding.split(","):
        name, _, quality = offer.strip().lower().partition(";")
        if name.strip() in _ENCODERS and quality.replace(" ", "") not in {"q=0", "q=0.0"}:
            return name.strip(), _ENCODERS[name.strip()]()
    return None
