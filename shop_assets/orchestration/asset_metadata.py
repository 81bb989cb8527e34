"""The metadata that every asset shows in the same way: counts, bytes, seconds, a sample and the table's columns.

Here belongs the vocabulary of metadata, so that a person finds the same words on each asset's page and `shop run`
can print one table of all stages. What an asset counts is its own business.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dagster import (
    AssetKey,
    FloatMetadataValue,
    IntMetadataValue,
    MarkdownMetadataValue,
    MetadataValue,
    TableColumn,
    TableColumnDep,
    TableColumnLineage,
    TableColumnLineageMetadataValue,
    TableSchema,
    TableSchemaMetadataValue,
)

OWNERS: Final = ["team:data-platform"]

ROWS_IN: Final = "rows_in"
ROWS_OUT: Final = "rows_out"
REJECTED: Final = "rejected"
SECONDS: Final = "seconds"
BYTES: Final = "bytes"
SAMPLE: Final = "sample"
SUMMARY: Final = "summary"
CHART: Final = "chart"
ROW_COUNT: Final = "dagster/row_count"
COLUMN_SCHEMA: Final = "dagster/column_schema"
COLUMN_LINEAGE: Final = "dagster/column_lineage"

LONGEST_CELL: Final = 200
"""Characters of a sample's cell: Dagster keeps it in its database with every run, and a text may have megabytes."""

RawMetadataValue = MetadataValue | int | float | str | None


def stage_metadata(
    *,
    rows_in: int,
    rows_out: int,
    rejected: int,
    seconds: float,
    bytes: int | None = None,  # noqa: A002  # the word that a person reads on the asset's page
    **more: RawMetadataValue,
) -> dict[str, RawMetadataValue]:
    """The metadata of one materialization: rows in, out and rejected, seconds, bytes where known, and `more`."""
    metadata: dict[str, RawMetadataValue] = {
        ROWS_IN: IntMetadataValue(rows_in),
        ROWS_OUT: IntMetadataValue(rows_out),
        REJECTED: IntMetadataValue(rejected),
        SECONDS: FloatMetadataValue(round(seconds, 3)),
    }
    if bytes is not None:
        metadata[BYTES] = IntMetadataValue(bytes)
    return metadata | more


def sample_table(rows: Sequence[Mapping[str, object]]) -> MarkdownMetadataValue:
    """A few rows as a Markdown table. The caller chooses columns that hold no personal data."""
    if not rows:
        return MarkdownMetadataValue("no rows")
    columns = list(rows[0])
    lines = [_line(columns), _line(["---"] * len(columns))]
    lines += [_line([row.get(column) for column in columns]) for row in rows]
    return MarkdownMetadataValue("\n".join(lines))


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: object) -> str:
    text = " ".join(str(cell)[: LONGEST_CELL + 1].splitlines())
    return (text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…").replace("|", "\\|")


def column_schema(types: Mapping[str, str], descriptions: Mapping[str, str] | None = None) -> TableSchemaMetadataValue:
    """The columns of a table, name to type, in their order, and what each of them is where that is texts."""
    texts = descriptions or {}
    columns = [TableColumn(name, kind, description=texts.get(name)) for name, kind in types.items()]
    return TableSchemaMetadataValue(TableSchema(columns))


def column_lineage(asset: AssetKey, sources: Mapping[str, Iterable[str]]) -> TableColumnLineageMetadataValue:
    """What each column is made of: columns of another asset."""
    deps = {name: [TableColumnDep(asset, column) for column in columns] for name, columns in sources.items()}
    return TableColumnLineageMetadataValue(TableColumnLineage(deps))
