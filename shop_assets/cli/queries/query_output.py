"""Results of statements, printed: in ClickHouse's own formats as they come, or as tables for people.

Tables are made of ClickHouse's own texts of the values, so that they look like those of clickhouse-client. Nothing is
ever cut: a row that is too wide for the terminal is shown vertically.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

CLICKHOUSE_FORMATS: Final = {
    "csv": "CSVWithNames",
    "json": "JSONEachRow",
    "jsonl": "JSONEachRow",
    "tsv": "TabSeparatedWithNames",
}
"""Our names of formats that ClickHouse writes; `json` is one array, by a setting."""

SETTINGS: Final = {"json": {"output_format_json_array_of_rows": "1"}}
TABLE_FORMAT: Final = "TabSeparatedWithNamesAndTypes"
NULL: Final = "NULL"

_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NUMBER: Final = re.compile(r"^(?:Nullable\()?(?:LowCardinality\()?(?:U?Int|Float|Decimal|BFloat)")


@dataclass(frozen=True)
class Result:
    """The columns, whether each holds numbers, and the rows as texts."""

    columns: Sequence[str]
    are_numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]


def parse(content: str) -> Result:
    """Read ClickHouse's TabSeparatedWithNamesAndTypes.

    Args:
        content: The whole result.

    Returns:
        The texts; what a terminal would interpret is escaped in them.
    """
    lines = content.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        return Result([], [], [])
    names, types, *rows = ([_text(cell) for cell in line.split("\t")] for line in lines)
    return Result(names, [_NUMBER.match(name) is not None for name in types], rows)


def table(result: Result) -> Iterator[str]:
    """The lines of a table with borders."""
    widths = _widths(result)
    yield _border(widths, "┌┬┐")
    yield _line(result.columns, widths, [False] * len(widths))
    yield _border(widths, "├┼┤")
    for row in result.rows:
        yield _line(row, widths, result.are_numbers)
    yield _border(widths, "└┴┘")


def table_width(result: Result) -> int:
    """How many columns of a terminal the table takes."""
    return sum(_widths(result)) + 3 * len(result.columns) + 1


def vertical(result: Result) -> Iterator[str]:
    """The lines of each row: a column per line."""
    widest = max(map(cell_len, result.columns), default=0)
    for number, row in enumerate(result.rows, 1):
        yield f"Row {number}:"
        for name, cell in zip(result.columns, row, strict=True):
            yield f"  {name}:{' ' * (widest - cell_len(name))} {cell}".rstrip()
        yield ""


def _text(cell: str) -> str:
    if cell == r"\N":
        return NULL
    value = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), cell)
    return _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], value)


def _widths(result: Result) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip(result.columns, *result.rows, strict=True)]


def _border(widths: Sequence[int], corners: str) -> str:
    left, middle, right = tuple(corners)
    return left + middle.join("─" * (width + 2) for width in widths) + right


def _line(cells: Sequence[str], widths: Sequence[int], are_numbers: Sequence[bool]) -> str:
    padded = []
    for cell, width, is_number in zip(cells, widths, are_numbers, strict=True):
        blanks = " " * (width - cell_len(cell))
        padded.append(f" {blanks}{cell} " if is_number else f" {cell}{blanks} ")
    return f"│{'│'.join(padded)}│"
