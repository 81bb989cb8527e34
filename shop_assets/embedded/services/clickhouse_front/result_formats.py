"""Blocks of a result joined into one document of its format.

The engine returns a streamed result block by block, each a whole document of the format, with the head (names, types)
and the foot that only the first and the last may have. For each format that can be joined, this module knows where its
head ends and what its foot is. A format that is not listed is produced as a whole, and its size is bounded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .native_blocks import leb128

_HeadEnd = Callable[[bytes], int]


def _no_head(_: bytes) -> int:
    return 0


@dataclass
class Joiner:
    """Puts the blocks of one result together: the first one's head, every block's rows, one foot."""

    head_end: _HeadEnd = _no_head
    foot: bytes = b""
    _head: bytes | None = field(default=None, init=False)

    def rows(self, block: bytes) -> bytes:
        """What to send of the next block."""
        if self._head is None:
            self._head = block[: self.head_end(block)]
            return block.removesuffix(self.foot)
        return block.removeprefix(self._head).removesuffix(self.foot)


def joiner(output_format: str) -> Joiner | None:
    """A new joiner for a format, by its name in any letter case; None where the result must be produced whole."""
    name = output_format.lower()
    if name == "arrowstream":
        return Joiner(_arrow_schema_end, foot=b"\xff\xff\xff\xff\0\0\0\0")
    head_end = _HEAD_ENDS.get(name)
    return Joiner(head_end) if head_end else None


def _lines(count: int, quote: bytes = b"") -> _HeadEnd:
    """A head of that many lines; a line break within quotes (CSV's; the others escape line breaks) ends no line."""

    def head_end(block: bytes) -> int:
        end = 0
        for _ in range(count):
            start = end
            end = block.find(b"\n", end) + 1
            while end and quote and block.count(quote, start, end) % 2:
                end = block.find(b"\n", end) + 1
            if not end:
                return len(block)
        return end

    return head_end


def _binary(texts_per_column: int) -> _HeadEnd:
    """RowBinary: the number of columns, then as many strings (names, types), each after its length; all as LEB128."""

    def head_end(block: bytes) -> int:
        columns, place = leb128(block, 0)
        for _ in range(columns * texts_per_column):
            length, place = leb128(block, place)
            place += length
        return place

    return head_end


def _arrow_schema_end(block: bytes) -> int:
    """The end of the first message, the schema: a marker, the length of the metadata, the metadata, no body."""
    return 8 + int.from_bytes(block[4:8], "little")


_HEADLESS: Final = (
    *("native", "rowbinary", "tabseparated", "tsv", "tabseparatedraw", "tsvraw", "csv", "lineasstring", "null"),
    *("jsoneachrow", "ndjson", "jsonlines", "jsonstringseachrow", "jsoncompacteachrow", "jsoncompactstringseachrow"),
)
_HEAD_ENDS: Final[dict[str, _HeadEnd]] = {
    **dict.fromkeys(_HEADLESS, _no_head),
    **dict.fromkeys(("tabseparatedwithnames", "tsvwithnames", "jsoncompacteachrowwithnames"), _lines(1)),
    **dict.fromkeys(("tabseparatedwithnamesandtypes", "tsvwithnamesandtypes"), _lines(2)),
    "jsoncompacteachrowwithnamesandtypes": _lines(2),
    "csvwithnames": _lines(1, quote=b'"'),
    "csvwithnamesandtypes": _lines(2, quote=b'"'),
    "rowbinarywithnames": _binary(1),
    "rowbinarywithnamesandtypes": _binary(2),
}
