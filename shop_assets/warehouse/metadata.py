"""The metadata of RAW and MART on their assets' pages. Samples have only columns without personal data."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from dagster import JsonMetadataValue, MarkdownMetadataValue, MetadataValue, TableSchemaMetadataValue

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.language.counts import counted
from shop_assets.orchestration import charts
from shop_assets.orchestration.asset_metadata import (
    CHART,
    COLUMN_SCHEMA,
    IN_MINUS_OUT,
    ROW_COUNT,
    SAMPLE,
    SUMMARY,
    RawMetadataValue,
    column_schema,
    sample_table,
    stage_metadata,
)
from shop_assets.warehouse.comparison.document_comparison import Difference
from shop_assets.warehouse.comparison.document_repair import RepairResult
from shop_assets.warehouse.mart import mart_columns
from shop_assets.warehouse.mart.reconciliation import ReconciliationResult
from shop_assets.warehouse.raw.raw_inserts import IngestionResult
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import Row, fetch_rows
from shop_assets.warehouse.statements.query_results import QueryResults, remembered_rows


def raw_metadata(
    client: Client, results: Mapping[DocumentKind, IngestionResult], seconds: float
) -> dict[str, RawMetadataValue]:
    """The metadata of `clickhouse_raw` after an ingestion that took `seconds`."""
    rows = {row["kind"]: row for row in remembered_rows(client, "raw_documents")}
    tables: list[dict[str, object]] = [
        {
            "table": f"raw.{kind.name}",
            "rows": rows.get(kind.name, {}).get("messages", 0),
            "documents": rows.get(kind.name, {}).get("documents", 0),
            "new rows": result.messages,
            "deletions": result.tombstones,
            "blocks": result.blocks,
            "bytes": result.bytes,
        }
        for kind, result in results.items()
    ]
    messages = sum(result.messages for result in results.values())
    gaps = fetch_rows(client, "accepted_gaps")
    return stage_metadata(
        rows_in=messages,
        rows_out=messages,
        rejected=0,
        seconds=seconds,
        bytes=sum(result.bytes for result in results.values()),
        tables=sample_table(tables),
        accepted_gaps=sample_table(gaps, when_empty="none"),
    ) | {
        ROW_COUNT: sum(int(row["messages"]) for row in rows.values()),
        SAMPLE: sample_table(_raw_sample(client)),
        COLUMN_SCHEMA: column_schema(column_types(client, "raw.purchases")),
    }


def repair_metadata(repair: RepairResult) -> dict[str, RawMetadataValue]:
    """Show what was published again because RAW differed from MongoDB.

    Args:
        repair: The result of the repair.

    Returns:
        The number of documents, and the first of them.
    """
    return {
        "published_again": repair.published,
        "first_published_again": sample_table([difference_row(difference) for difference in repair.first]),
    }


def difference_row(difference: Difference) -> dict[str, object]:
    """Show a difference between MongoDB and RAW as a row of a table.

    Args:
        difference: The difference.

    Returns:
        Its cells by column.
    """
    document_id = difference.document_id.encode(errors="replace").decode()
    return {"kind": difference.kind.name, "id": document_id, "difference": difference.finding}


def mart_metadata(
    client: Client, results: Mapping[DocumentKind, ReconciliationResult], seconds: float
) -> dict[str, RawMetadataValue]:
    """The metadata of `clickhouse_mart` after a reconciliation that took `seconds`."""
    # One look at the state of the warehouse serves all queries: nothing else writes while this stage works.
    remembered = QueryResults(client, remembers=True)
    rows = {row["kind"]: row for row in remembered.rows("mart_documents")}
    shown = sum(int(row["documents"]) for row in rows.values())
    rejected = sum(int(row["rejected"]) for row in rows.values())
    in_raw = {row["kind"]: row for row in remembered.rows("raw_documents")}
    excluded_counts = remembered.rows("excluded_counts")
    excluded = Counter[str]()
    for row in excluded_counts:
        excluded[row["kind"]] += int(row["documents"])
    return stage_metadata(
        rows_in=shown + rejected + excluded.total(),
        rows_out=shown,
        rejected=rejected,
        seconds=seconds,
        views=sample_table(_mart_tables(results, rows, in_raw, excluded)),
        **_mart_findings(client, remembered, excluded_counts),
        removed=sum(result.removed_rows for result in results.values()),
        cleaned_again=sum(result.renewed_rows for result in results.values()),
        repaired=sum(result.repaired_rows + result.repaired_rejects for result in results.values()),
    ) | {
        ROW_COUNT: shown,
        IN_MINUS_OUT: f"{excluded.total():,} excluded + {rejected:,} rejected",
        SAMPLE: sample_table(_store_sample(client)),
        COLUMN_SCHEMA: _mart_columns(client),
        **_mart_summary(rows, fetch_rows(client, "purchases_by_day")),
    }


def _mart_tables(
    results: Mapping[DocumentKind, ReconciliationResult],
    in_mart: Mapping[str, Row],
    in_raw: Mapping[str, Row],
    excluded: Mapping[str, int],
) -> list[dict[str, object]]:
    """A row for each view: its documents, those of RAW, and what the reconciliation did."""
    return [
        {
            "view": f"mart.{kind.name}",
            "documents": in_mart[kind.name]["documents"],
            "rejected": in_mart[kind.name]["rejected"],
            "excluded": excluded[kind.name],
            "documents in RAW": in_raw.get(kind.name, {}).get("documents", 0),
            "messages in RAW": in_raw.get(kind.name, {}).get("messages", 0),
            "compared with RAW": result.compared,
            "removed": result.removed_rows,
            "cleaned again": result.renewed_rows,
            "repaired": result.repaired_rows + result.repaired_rejects,
        }
        for kind, result in results.items()
    ]


def _mart_findings(client: Client, remembered: QueryResults, excluded: Iterable[Row]) -> dict[str, Any]:
    """What the cleaning rejected, left out or could not read."""
    return {
        "rejected_by_reason": _counts(remembered.rows("rejects_by_reason"), "documents", "kind", "reason"),
        "unread_values": _counts(remembered.rows("unread_counts"), "unread_count", "kind", "field", "reason"),
        "voided_lines": _voided_lines(client),
        "excluded": _counts(excluded, "documents", "kind", "excluded"),
        "unknown_fields": _counts(remembered.rows("unknown_fields"), "documents", "kind", "field"),
        "unknown_networks": _counts(fetch_rows(client, "unknown_networks"), "stores", "store_network"),
    }


def _mart_columns(client: Client) -> TableSchemaMetadataValue:
    types = {
        f"{view}.{name}": type_name
        for view in mart_columns.COLUMNS
        for name, type_name in column_types(client, f"mart.{view}").items()
    }
    return column_schema(types, mart_columns.DESCRIPTIONS)


def _counts(rows: Iterable[Row], count: str, *names: str) -> JsonMetadataValue:
    """The counts of some rows, by the values of these columns."""
    return MetadataValue.json({": ".join(str(row[name]) for name in names): row[count] for row in rows})


def _voided_lines(client: Client) -> int:
    """How many lines of the purchases that MART shows were left out as voided."""
    (row,) = fetch_rows(client, "voided_lines")
    return int(row["voided_lines"])


def column_types(client: Client, table: str) -> dict[str, str]:
    """The columns of a table or view in their order, name to type."""
    return {str(row["name"]): str(row["type"]) for row in client.query(f"DESCRIBE TABLE {table}").named_results()}


def _mart_summary(kinds: Mapping[str, Row], days: Sequence[Row]) -> dict[str, RawMetadataValue]:
    """Summarise the rows of `mart_documents`, by kind, and the days of `purchases_by_day`."""
    table = sample_table(
        [
            {"": kind.name, "in MART": kinds[kind.name]["documents"], "rejected": kinds[kind.name]["rejected"]}
            for kind in KINDS
            if kind.name in kinds
        ]
    )
    counts = {str(day["day"]): int(day["purchases"]) for day in days}
    amount = sum(float(day["amount"]) for day in days)
    line = f"{counted(sum(counts.values()), 'purchase')} in {counted(len(counts), 'day')}, {amount:,.0f} ₽"
    return {
        SUMMARY: MarkdownMetadataValue(f"{table.value}\n\n{line} `{charts.sparkline(counts.values())}`"),
        CHART: MarkdownMetadataValue(charts.columns("Purchases per day", counts)),
    }


def _raw_sample(client: Client) -> list[dict[str, object]]:
    """The last purchases of a topic partition by their place in Kafka, without the payload."""
    return list(client.query(statement_of("metadata/last_purchases")).named_results())


def _store_sample(client: Client) -> list[dict[str, object]]:
    """The first stores of the MART."""
    return list(client.query(statement_of("metadata/first_stores")).named_results())
