"""Responses are compressed chunk by chunk: into ClickHouse's own blocks (`compress=1`), by Accept-Encoding, or both.

As on a ClickHouse server Accept-Encoding counts only if the request has `enable_http_compression=1`.
"""

import zlib
from collections.abc import Callable
from typing import Final, Protocol

import lz4.frame  # type: ignore[import-untyped]  # it ships no types
import zstandard

from .framing import FramingEncoder


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


class _Both:
    """One encoder after another."""

    def __init__(self, first: Encoder, second: Encoder) -> None:
        self._first = first
        self._second = second

    def compress(self, data: bytes, /) -> bytes:
        return self._second.compress(self._first.compress(data))

    def flush(self) -> bytes:
        rest = self._first.flush()
        return (self._second.compress(rest) if rest else b"") + self._second.flush()


def response_encoding(framing: str, accept_encoding: str) -> tuple[str, Encoder | None]:
    """The Content-Encoding of a response, "" for none, and what encodes it.

    Args:
        framing: The method of ClickHouse's own compression, or "" for none.
        accept_encoding: What the client accepts of HTTP's encodings.
    """
    framed = FramingEncoder(framing) if framing else None
    chosen = _negotiated(accept_encoding)
    if chosen is None:
        return "", framed
    name, encoder = chosen
    return name, _Both(framed, encoder) if framed else encoder


def _negotiated(accept_encoding: str) -> tuple[str, Encoder] | None:
    """The first supported encoding of an Accept-Encoding header, with a new encoder; None for no encoding."""
    for offer in accept_encoding.split(","):
        name, _, quality = offer.strip().lower().partition(";")
        if name.strip() in _ENCODERS and quality.replace(" ", "") not in {"q=0", "q=0.0"}:
            return name.strip(), _ENCODERS[name.strip()]()
    return None
