"""Compaction: removes duplicates from RAW. Of messages with one id and one payload the newest stays.

MART does not change, and a MART rebuilt from the remaining messages is the same. The offsets of duplicates are recorded
in `raw.removed_copies` before they are deleted, and count as read from then on: a compaction that is killed at any
point leaves a correct RAW, and the next one deletes what this one only recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.raw_offsets import issue_fencing_token, wait_for_inserts
from shop_assets.warehouse.statements.queries import load_query, statement_of
from shop_assets.warehouse.statements.query_execution import QUERY_SETTINGS, fetch_rows, scalar
from shop_assets.warehouse.statements.statement_settings import DELETED_EVERYWHERE

BATCH_SIZE: Final = 10_000
"""Offsets that one statement deletes: 210 KB when each has twenty digits, and ClickHouse reads statements of 256 KiB.
Smaller batches cost more statements, each of which goes through the parts of the table."""


@dataclass(frozen=True)
class CompactionResult:
    """Rows of a RAW table before, rows that were removed, and the table's duplicate ratio before and after."""

    rows: int
    removed: int
    ratio_before: float
    ratio_after: float


def compact(client: Client, *, guard: Guard) -> Mapping[DocumentKind, CompactionResult]:
    """Remove the duplicates of all RAW tables.

    MART is reconciled with RAW first: it says which messages are the reasons of rejects.

    Args:
        client: A client of the warehouse.
        guard: Called before each statement; what it raises ends the compaction.

    Returns:
        The result for each kind.

    Raises:
        WarehouseError: An insert into RAW is running and does not end.
    """
    issue_fencing_token(client)  # so that nothing is inserted meanwhile
    wait_for_inserts(client)
    reconcile(client, guard=guard)
    before = _ratios(client)
    removed = {kind: _compact(client, kind, guard) for kind in KINDS}
    after = _ratios(client)
    return {
        kind: CompactionResult(
            int(before[kind.name]["row_count"]),
            removed[kind],
            float(before[kind.name]["duplicate_ratio"]),
            float(after[kind.name]["duplicate_ratio"]),
        )
        for kind in KINDS
    }


def _compact(client: Client, kind: DocumentKind, guard: Guard) -> int:
    rows = _rows(client, kind)
    guard()
    removed_at = _mark_duplicates(client, kind)
    _delete_marked(client, kind, removed_at, guard)
    return rows - _rows(client, kind)


def _mark_duplicates(client: Client, kind: DocumentKind) -> str:
    """Record a table's duplicates, and return the removed_at that identifies them."""
    removed_at = str(scalar(client, statement_of("compaction/removal_time")))
    statement = statement_of("compaction/mark_duplicates", kind)
    client.command(statement, {"removed_at": removed_at}, settings=QUERY_SETTINGS)
    return removed_at


def _delete_marked(client: Client, kind: DocumentKind, removed_at: str, guard: Guard) -> None:
    """Delete the duplicates that were recorded at `removed_at` from a table, batch by batch."""
    marked = statement_of("compaction/marked_duplicates")
    batches = client.query(marked, {"removed_at": removed_at, "batch_size": BATCH_SIZE}).result_rows
    for topic_id, partition, offsets in batches:
        guard()
        deletion = load_query(
            "compaction/delete_duplicates",
            kind,
            topic_id=format_str(topic_id),
            topic_partition=partition,
            offsets=offsets,
        )
        client.command(deletion.statement, settings=DELETED_EVERYWHERE)


def _rows(client: Client, kind: DocumentKind) -> int:
    return int(scalar(client, statement_of("compaction/row_count", kind)))


def _ratios(client: Client) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in fetch_rows(client, "duplicate_ratio")}
