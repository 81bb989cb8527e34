"""Results of statements, printed: in ClickHouse's own formats as they come, or as tables for people.

Tables are made of ClickHouse's own texts of the values, so that they look like those of clickhouse-client. Nothing is
ever cut: a row that is too wide for the terminal is shown vertically.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_TEXTS: Final = re.compile("String|Enum|Dynamic|Variant|JSON|Object")
"""Types whose values can be empty lines."""


@dataclass(frozen=True)
class Result:
    """The columns, whether each holds numbers, the rows as texts, and single rows beside them, such as the totals."""

    columns: Sequence[str]
    are_numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)


def is_binary(beginning: bytes) -> bool:
    """Find out whether a result is no text.

    Args:
        beginning: Its first bytes, which may end within a character.

    Returns:
        Whether it has bytes that are not UTF-8, or small numbers, which stand for no character.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return True
    return any(number in beginning for number in range(0x07))


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
    extra = []
    if not lines[0]:  # the engine writes the totals of no rows first, and no column has an empty name
        extra, lines = lines[:2], lines[2:]
    if "\t" in lines[1] or not _TEXTS.search(lines[1]):
        end = lines.index("") if "" in lines else len(lines)
        lines, extra = lines[:end], extra + lines[end:]
    names, types, *rows = map(_cells, lines)
    return Result(names, [_NUMBER.match(name) is not None for name in types], rows, _extras(extra))


def _extras(lines: Sequence[str]) -> dict[str, list[str]]:
    """Blocks that follow an empty line each: one row of totals, two of extremes."""
    found: dict[str, list[str]] = {}
    for block in "\n".join(lines).split("\n\n"):
        rows = [_cells(line) for line in block.removeprefix("\n").split("\n") if line]
        found.update(zip(("Totals",) if len(rows) == 1 else ("Minimum", "Maximum"), rows, strict=False))
    return found


def _cells(line: str) -> list[str]:
    return [_text(cell) for cell in line.split("\t")]


def table(result: Result) -> Iterator[str]:
    """The lines of a table with borders, and of one for each row beside it."""
    yield from _bordered(result, result.rows)
    for title, row in result.extras.items():
        yield title
        yield from _bordered(result, [row])


def _bordered(result: Result, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = _widths(result)
    yield _border(widths, "┌┬┐")
    yield _line(result.columns, widths, [False] * len(widths))
    yield _border(widths, "├┼┤")
    for row in rows:
        yield _line(row, widths, result.are_numbers)
    yield _border(widths, "└┴┘")


def table_width(result: Result) -> int:
    """How many columns of a terminal the table takes."""
    return sum(_widths(result)) + 3 * len(result.columns) + 1


def vertical(result: Result) -> Iterator[str]:
    """The lines of each row: a column per line."""
    widest = max(map(cell_len, result.columns), default=0)
    numbered = {f"Row {number}": row for number, row in enumerate(result.rows, 1)}
    for title, row in (numbered | dict(result.extras)).items():
        yield f"{title}:"
        for name, cell in zip(result.columns, row, strict=True):
            yield f"  {name}:{' ' * (widest - cell_len(name))} {cell}".rstrip()
        yield ""


def _text(cell: str) -> str:
    if cell == r"\N":
        return NULL
    value = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), cell)
    return _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], value)


def _widths(result: Result) -> list[int]:
    return [
        max(map(cell_len, cells)) for cells in zip(result.columns, *result.rows, *result.extras.values(), strict=True)
    ]


def _border(widths: Sequence[int], corners: str) -> str:
    left, middle, right = tuple(corners)
    return left + middle.join("─" * (width + 2) for width in widths) + right


def _line(cells: Sequence[str], widths: Sequence[int], are_numbers: Sequence[bool]) -> str:
    padded = []
    for cell, width, is_number in zip(cells, widths, are_numbers, strict=True):
        blanks = " " * (width - cell_len(cell))
        padded.append(f" {blanks}{cell} " if is_number else f" {cell}{blanks} ")
    return f"│{'│'.join(padded)}│"
