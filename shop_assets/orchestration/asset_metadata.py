"""The metadata that every asset shows in the same way: counts, bytes, seconds, a sample and the table's columns.

This is the common vocabulary: the same labels on every asset's page, and one table of all assets in `shop run`. Each
stage decides what it counts.
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

from shop_assets.personal_data.contacts import without_contacts

OWNERS: Final = ["team:data-platform"]

ROWS_IN: Final = "rows_in"
ROWS_OUT: Final = "rows_out"
REJECTED: Final = "rejected"
IN_MINUS_OUT: Final = "in_minus_out"
"""A text: what became of the rows that are not out, rejected ones included: `3 excluded + 2 rejected`."""

SECONDS: Final = "seconds"
BYTES: Final = "bytes"
SAMPLE: Final = "sample"
SUMMARY: Final = "summary"
CHART: Final = "chart"
ROW_COUNT: Final = "dagster/row_count"
PARTITION_ROW_COUNT: Final = "dagster/partition_row_count"
COLUMN_SCHEMA: Final = "dagster/column_schema"
COLUMN_LINEAGE: Final = "dagster/column_lineage"

LONGEST_TEXT: Final = 10_000
"""Only this many characters of a cell are searched for personal data; the rest is dropped."""

LONGEST_CELL: Final = 200
"""The most characters of a cell: Dagster stores samples with every run, and a value may be megabytes long."""

RawMetadataValue = MetadataValue | int | float | str | None


def stage_metadata(
    *,
    rows_in: int,
    rows_out: int,
    rejected: int,
    seconds: float,
    bytes: int | None = None,  # noqa: A002  # the label on the asset's page
    **more: RawMetadataValue,
) -> dict[str, RawMetadataValue]:
    """Build the metadata of one materialization.

    Args:
        rows_in: Documents, messages or rows that were read.
        rows_out: Those that were written.
        rejected: Those that were rejected.
        seconds: How long it took.
        bytes: Bytes that were read or written, where they are known.
        more: Further values by label.

    Returns:
        The metadata for `MaterializeResult`.
    """
    metadata: dict[str, RawMetadataValue] = {
        ROWS_IN: IntMetadataValue(rows_in),
        ROWS_OUT: IntMetadataValue(rows_out),
        REJECTED: IntMetadataValue(rejected),
        SECONDS: FloatMetadataValue(round(seconds, 3)),
    }
    if bytes is not None:
        metadata[BYTES] = IntMetadataValue(bytes)
    return metadata | more


def sample_table(rows: Sequence[Mapping[str, object]], when_empty: str = "no rows") -> MarkdownMetadataValue:
    """Show a few rows as a Markdown table.

    Args:
        rows: The rows, all with the columns of the first one. Phones and e-mails are masked in every cell; the
            caller chooses columns without names and addresses of people.
        when_empty: What to show without rows.

    Returns:
        The table; cells are cut after 200 characters.
    """
    if not rows:
        return MarkdownMetadataValue(when_empty)
    columns = list(rows[0])
    lines = [_line(columns), _line(["---"] * len(columns))]
    lines += [_line([row.get(column) for column in columns]) for row in rows]
    return MarkdownMetadataValue("\n".join(lines))


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: object) -> str:
    # Masked before it is cut: the rest of a phone would not be found.
    text = " ".join(without_contacts(str(cell)[:LONGEST_TEXT])[: LONGEST_CELL + 1].splitlines())
    return (text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…").replace("|", "\\|")


def column_schema(types: Mapping[str, str], descriptions: Mapping[str, str] | None = None) -> TableSchemaMetadataValue:
    """Describe the columns of a table.

    Args:
        types: Types by column, in the order of the columns.
        descriptions: Descriptions by column, where there are any.

    Returns:
        Metadata for the label `dagster/column_schema`.
    """
    texts = descriptions or {}
    columns = [TableColumn(name, kind, description=texts.get(name)) for name, kind in types.items()]
    return TableSchemaMetadataValue(TableSchema(columns))


def column_lineage(asset: AssetKey, sources: Mapping[str, Iterable[str]]) -> TableColumnLineageMetadataValue:
    """Describe from which columns of another asset each column is computed.

    Args:
        asset: The other asset.
        sources: Its columns, by column of this one.

    Returns:
        Metadata for the label `dagster/column_lineage`.
    """
    deps = {name: [TableColumnDep(asset, column) for column in columns] for name, columns in sources.items()}
    return TableColumnLineageMetadataValue(TableColumnLineage(deps))
