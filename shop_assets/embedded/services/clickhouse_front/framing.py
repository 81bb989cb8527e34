"""ClickHouse's own compression over HTTP (`compress=1`, `decompress=1`): blocks with a checksum, as its drivers send
them without being asked.

A block: CityHash128 of what follows, in 16 bytes; the method, 1 byte; the sizes of the block without its checksum and
of the plain data, 4 bytes each; the compressed data.
"""

import struct
from collections.abc import Callable
from typing import Final

import lz4.block  # type: ignore[import-untyped]  # it ships no types
import zstandard
from clickhouse_cityhash.cityhash import CityHash128  # type: ignore[import-untyped]  # it ships no types

from .errors import Code, refusal

_CHECKSUM: Final = struct.Struct("<QQ")
_HEAD: Final = struct.Struct("<BII")
_LZ4: Final = 0x82
_ZSTD: Final = 0x90
_PLAIN: Final = 0x02
# What a server puts into one block (max_compress_block_size).
_BLOCK_BYTES: Final = 1024 * 1024
# Go's driver compresses all rows of a batch as one block, and a block is decoded as a whole.
_MOST_BYTES: Final = 128 * 1024 * 1024
_LOW_WORD: Final = (1 << 64) - 1


class FramingEncoder:
    """Compresses the chunks of one response; each block can be read as soon as it is there."""

    def __init__(self, method: str) -> None:
        """`method` as in the setting network_compression_method: ZSTD, or anything else for LZ4, the default."""
        self._method = _ZSTD if method.upper() == "ZSTD" else _LZ4

    def compress(self, data: bytes, /) -> bytes:
        """The chunk as blocks."""
        pieces = (data[start : start + _BLOCK_BYTES] for start in range(0, len(data), _BLOCK_BYTES))
        return b"".join(self._block(piece) for piece in pieces)

    def flush(self) -> bytes:
        """Nothing: a stream of blocks has no end of its own."""
        return b""

    def _block(self, data: bytes) -> bytes:
        if self._method == _ZSTD:
            packed: bytes = zstandard.ZstdCompressor(level=1).compress(data)
        else:
            packed = lz4.block.compress(data, store_size=False)
        body = _HEAD.pack(self._method, _HEAD.size + len(packed), len(data)) + packed
        return _checksum(body) + body


class FramedBlock:
    """Decodes one block of a request's body."""

    def __init__(self) -> None:
        self._collected = bytearray()
        self.eof = False
        self.unused_data: bytes = b""

    def decompress(self, data: bytes, /) -> bytes:
        """The plain data, once the block is complete; nothing before.

        Raises QueryError: 117 for a wrong checksum or an unknown method, 307 for a block that is too large.
        """
        self._collected += data
        if len(self._collected) < _CHECKSUM.size + _HEAD.size:
            return b""
        method, size, plain_size = _HEAD.unpack_from(self._collected, _CHECKSUM.size)
        if max(size, plain_size) > _MOST_BYTES:
            reason = f"A compressed block of the request is larger than {_MOST_BYTES} bytes; send fewer rows at once"
            raise refusal(Code.TOO_MANY_BYTES, reason)
        end = _CHECKSUM.size + max(size, _HEAD.size)
        if len(self._collected) < end:
            return b""
        self.eof = True
        self.unused_data = bytes(self._collected[end:])
        body = bytes(self._collected[_CHECKSUM.size : end])
        if _checksum(body) != self._collected[: _CHECKSUM.size]:
            raise refusal(Code.INCORRECT_DATA, "A compressed block of the request has a wrong checksum")
        plain = _unpacked(method, body[_HEAD.size :], plain_size)
        self._collected.clear()
        if len(plain) != plain_size:
            raise refusal(Code.INCORRECT_DATA, "A compressed block of the request has another size than it says")
        return plain


def _checksum(body: bytes) -> bytes:
    value = CityHash128(body)
    return _CHECKSUM.pack(value >> 64, value & _LOW_WORD)


def _unpacked(method: int, packed: bytes, size: int) -> bytes:
    methods: dict[int, Callable[[], bytes]] = {
        _LZ4: lambda: lz4.block.decompress(packed, uncompressed_size=size),
        _ZSTD: lambda: _from_zstd(packed, size),
        _PLAIN: lambda: packed,
    }
    if method not in methods:
        raise refusal(Code.INCORRECT_DATA, f"A compressed block of the request has the unknown method {method:#x}")
    return methods[method]()


def _from_zstd(packed: bytes, size: int) -> bytes:
    """What a zstd frame says of its size is allocated at once: it must be what the block's head says, or nothing."""
    if zstandard.frame_content_size(packed) not in {size, -1}:
        raise refusal(Code.INCORRECT_DATA, "A compressed block of the request has another size than it says")
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
