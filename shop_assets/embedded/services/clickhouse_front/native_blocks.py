"""Blocks of the format Native as clients of the native protocol read them (`client_protocol_version` in the URL).

From revision 1 on, a block begins with its info, and from revision 54454 on a byte follows the type of each column: 0,
if the column is serialized in the usual way. The engine writes neither, because chDB has no server that learns the
client's revision. A column does not say how long it is: its end is found by its type. What is not understood is an
error, and no byte of it is sent.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from .errors import Code, QueryError, refusal

SERIALIZATION_REVISION: Final = 54454
"""DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION in ClickHouse's sources."""

# is_overflows (field 1) = 0, bucket_num (field 2) = -1, no more fields.
_BLOCK_INFO: Final = b"\x01\x00\x02\xff\xff\xff\xff\x00"
_USUAL_SERIALIZATION: Final = b"\x00"
_CONTINUES: Final = 0x80
_OFFSET_BYTES: Final = 8
_PREFIX_BYTES: Final = 8
_KEYS_FOLLOW: Final = 1 << 9

_WIDTHS: Final = {
    **dict.fromkeys(("UInt8", "Int8", "Bool", "Enum8", "Nothing"), 1),
    **dict.fromkeys(("UInt16", "Int16", "Enum16", "Date", "BFloat16"), 2),
    **dict.fromkeys(("UInt32", "Int32", "Float32", "Date32", "DateTime", "Time", "IPv4"), 4),
    **dict.fromkeys(("UInt64", "Int64", "Float64", "DateTime64", "Time64"), 8),
    **dict.fromkeys(("UInt128", "Int128", "UUID", "IPv6"), 16),
    **dict.fromkeys(("UInt256", "Int256"), 32),
}
_DECIMAL_WIDTHS: Final = ((9, 4), (18, 8), (38, 16), (76, 32))
_GEO: Final = {
    "Point": "Tuple(Float64, Float64)",
    **dict.fromkeys(("Ring", "LineString"), "Array(Point)"),
    **dict.fromkeys(("Polygon", "MultiLineString"), "Array(Array(Point))"),
    "MultiPolygon": "Array(Array(Array(Point)))",
}
_NAMED: Final = re.compile(r"(?:[A-Za-z_]\w*|`(?:[^`\\]|\\.)*`) (?=\S)")
_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[(),]")


class _Column(NamedTuple):
    """Where a column of a type ends: its prefix (dictionaries' versions), then its rows, both from a place on."""

    prefix_end: Callable[[bytes, int], int]
    rows_end: Callable[[bytes, int, int], int]


def with_revision(blocks: bytes, revision: int, *, is_one_block: bool = False) -> bytes:
    """Blocks of Native as a client of a revision reads them.

    Args:
        blocks: Whole blocks as the engine writes them.
        revision: What the client sends as `client_protocol_version`; 0: the engine's own form.
        is_one_block: Whether it is known to be one block: then its last column may be of any type.

    Returns:
        The same blocks for that client.

    Raises:
        QueryError: 48 for a type whose length is not known, unless it is the last column's.
    """
    if not revision or not blocks:
        return blocks
    if is_one_block and revision < SERIALIZATION_REVISION:
        return _BLOCK_INFO + blocks
    return b"".join(_pieces(blocks, revision, is_one_block))


def _pieces(blocks: bytes, revision: int, is_one_block: bool) -> Iterator[bytes | memoryview]:
    view = memoryview(blocks)
    place = 0
    while place < len(blocks):
        columns, after_columns = leb128(blocks, place)
        rows, after = leb128(blocks, after_columns)
        yield _BLOCK_INFO
        yield view[place:after]
        place = after
        for left in reversed(range(columns)):
            _, name_end = _text(blocks, place)
            type_name, data = _text(blocks, name_end)
            yield view[place:data]
            if revision >= SERIALIZATION_REVISION:
                yield _USUAL_SERIALIZATION
            place = _column_end(blocks, data, type_name, rows, ends_all=is_one_block and not left)
            if place > len(blocks):
                raise refusal(Code.UNKNOWN_EXCEPTION, f"A block of Native ends within a column of type {type_name}")
            yield view[data:place]


def _column_end(blocks: bytes, data: int, type_name: str, rows: int, *, ends_all: bool) -> int:
    if not rows:
        return data
    try:
        column = _column(type_name)
        return column.rows_end(blocks, column.prefix_end(blocks, data), rows)
    except QueryError:
        if ends_all:
            return len(blocks)
        raise
    except IndexError:
        return len(blocks) + 1


def leb128(block: bytes, place: int) -> tuple[int, int]:
    """A number in LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = block[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < _CONTINUES:
            return value, place
        shift += 7


def _text(block: bytes, place: int) -> tuple[str, int]:
    length, start = leb128(block, place)
    return block[start : start + length].decode(), start + length


@lru_cache(maxsize=4096)
def _column(type_name: str) -> _Column:
    name, _, inner = type_name.partition("(")
    inner = inner.removesuffix(")")
    width = _width(name, inner)
    if width is not None:
        return _Column(_no_prefix, lambda _, place, rows: place + width * rows)
    if name == "String":
        return _Column(_no_prefix, _strings_end)
    if name == "LowCardinality":
        is_nullable = inner.startswith("Nullable(")
        return _low_cardinality(_column(inner[len("Nullable(") : -1] if is_nullable else inner))
    if name in {"Nullable", "Array"}:
        of_elements = _column(inner)
        return _array(of_elements) if name == "Array" else _nullable(of_elements)
    return _composed(name, inner)


def _width(name: str, inner: str) -> int | None:
    """The bytes of a value, where all have as many."""
    if name.startswith("Interval"):
        return 8
    if name == "Decimal":
        precision = int(inner.partition(",")[0])
        return next(width for most, width in _DECIMAL_WIDTHS if precision <= most)
    return int(inner) if name == "FixedString" else _WIDTHS.get(name)


def _composed(name: str, inner: str) -> _Column:
    if name in _GEO:
        return _column(_GEO[name])
    parts = _split(inner)
    if name == "Tuple" and inner:
        return _tuple([_column(_NAMED.sub("", part, count=1)) for part in parts])
    if name == "Map":
        return _array(_tuple([_column(part) for part in parts]))
    if name == "Variant":
        return _variant([_column(part) for part in parts])
    if name == "Nested":
        return _array(_column(f"Tuple({inner})"))
    if name == "SimpleAggregateFunction":
        return _column(parts[-1])
    reason = f"Native with client_protocol_version has columns of the type {name} here as the last one only"
    raise refusal(Code.NOT_IMPLEMENTED, f"{reason}; convert it with toString, or move it to the end")


def _split(inner: str) -> list[str]:
    """A type's arguments: separated by commas outside of brackets and quotation marks."""
    parts: list[str] = []
    depth = start = 0
    for found in _QUOTED.finditer(inner):
        mark = found.group()
        depth += (mark == "(") - (mark == ")")
        if mark == "," and not depth:
            parts.append(inner[start : found.start()].strip())
            start = found.end()
    return [*parts, inner[start:].strip()]


def _no_prefix(_: bytes, place: int) -> int:
    return place


def _strings_end(block: bytes, place: int, rows: int) -> int:
    for _ in range(rows):
        length = block[place]
        if length < _CONTINUES:
            place += 1 + length
        else:
            length, place = leb128(block, place)
            place += length
    return place


def _nullable(inner: _Column) -> _Column:
    return _Column(inner.prefix_end, lambda block, place, rows: inner.rows_end(block, place + rows, rows))


def _array(inner: _Column) -> _Column:
    def rows_end(block: bytes, place: int, rows: int) -> int:
        end = place + rows * _OFFSET_BYTES
        elements = int.from_bytes(block[end - _OFFSET_BYTES : end], "little") if rows else 0
        return inner.rows_end(block, end, elements) if elements else end

    return _Column(inner.prefix_end, rows_end)


def _tuple(columns: list[_Column]) -> _Column:
    def prefix_end(block: bytes, place: int) -> int:
        for column in columns:
            place = column.prefix_end(block, place)
        return place

    def rows_end(block: bytes, place: int, rows: int) -> int:
        for column in columns:
            place = column.rows_end(block, place, rows)
        return place

    return _Column(prefix_end, rows_end)


def _variant(columns: list[_Column]) -> _Column:
    """For each row one byte, which of the types it has; then the values of each type."""
    of_all = _tuple(columns)

    def prefix_end(block: bytes, place: int) -> int:
        if _word(block, place):
            raise refusal(Code.NOT_IMPLEMENTED, "A Variant in an unknown serialization; convert it with toString")
        return of_all.prefix_end(block, place + _PREFIX_BYTES)

    def rows_end(block: bytes, place: int, rows: int) -> int:
        types = block[place : place + rows]
        place += rows
        for number, column in enumerate(columns):
            place = column.rows_end(block, place, types.count(number))
        return place

    return _Column(prefix_end, rows_end)


def _low_cardinality(keys: _Column) -> _Column:
    """A dictionary, then the rows' places in it: 1, 2, 4 or 8 bytes each, as the lowest byte of the flags says."""

    def rows_end(block: bytes, place: int, rows: int) -> int:
        if not rows:
            return place
        flags = _word(block, place)
        place += _OFFSET_BYTES
        if flags & _KEYS_FOLLOW:
            place = keys.rows_end(block, place + _OFFSET_BYTES, _word(block, place))
        return place + _OFFSET_BYTES + (_word(block, place) << (flags & 0xFF))

    return _Column(lambda _, place: place + _PREFIX_BYTES, rows_end)


def _word(block: bytes, place: int) -> int:
    return int.from_bytes(block[place : place + _OFFSET_BYTES], "little")
