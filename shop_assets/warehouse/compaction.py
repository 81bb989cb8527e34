"""Removes exact copies from RAW: of messages with one id and one payload the newest stays.

MART does not change by it, nor would a MART that is made anew from what stays. The offsets of what goes are remembered
first, in `raw.removed_copies`, and count as read from then on: a compaction that is killed anywhere leaves a RAW that
is right, and the next one removes what this one only remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard, unguarded
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.offsets import issue_fencing_token, wait_for_inserts
from shop_assets.warehouse.query_execution import QUERY_SETTINGS, fetch_rows
from shop_assets.warehouse.query_files import SqlQuery, load_query
from shop_assets.warehouse.reconciliation import reconcile

BATCH_SIZE: Final = 10_000
"""Offsets that one statement removes: 210 KB when each has twenty digits, and ClickHouse reads a statement of 256 KiB.
Fewer cost more statements, each of which goes through the parts of the table."""

DELETE_SETTINGS: Final = {"lightweight_deletes_sync": 2}
"""The statement returns when the rows are gone for every reader of every replica; their bytes go when the engine merges
parts."""

NEW_REMOVAL_TIME: Final = (
    "SELECT toString(greatest(now64(6, 'UTC'), max(removed_at) + toIntervalMicrosecond(1))) FROM raw.removed_copies"
)
"""The newest moment ever, also on a clock that went back: of one place remembered twice the newer row is kept."""


@dataclass(frozen=True)
class CompactionReport:
    """Rows of a RAW table before, rows that were removed, and the table's duplicate ratio before and after."""

    rows: int
    removed: int
    ratio_before: float
    ratio_after: float


def compact(client: Client, *, guard: Guard = unguarded) -> Mapping[DocumentKind, CompactionReport]:
    """Removes the copies of all RAW tables; `guard` is called before each statement.

    MART is brought up to RAW first: it says which messages are the reasons of rejects. Raises WarehouseError when
    inserts into RAW are under way and do not end.
    """
    issue_fencing_token(client)  # so that nothing comes in meanwhile
    wait_for_inserts(client)
    reconcile(client, guard=guard)
    before = _ratios(client)
    removed = {kind: _compact(client, kind, guard) for kind in KINDS}
    after = _ratios(client)
    return {
        kind: CompactionReport(
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
    """Remembers a table's copies under a mark of their own, which it gives."""
    removed_at = str(client.query(NEW_REMOVAL_TIME).result_rows[0][0])
    parameters = {"kind": kind.name, "removed_at": removed_at}
    client.command(_statement("mark_duplicates", kind).statement, parameters, settings=QUERY_SETTINGS)
    return removed_at


def _delete_marked(client: Client, kind: DocumentKind, removed_at: str, guard: Guard) -> None:
    """Removes what was remembered under a mark from a table, batch by batch."""
    remembered = load_query("compaction/marked_duplicates").statement
    batches = client.query(remembered, {"removed_at": removed_at, "batch_size": BATCH_SIZE}).result_rows
    for topic_id, partition, offsets in batches:
        guard()
        client.command(_delete_statement(kind, topic_id, partition, offsets), settings=DELETE_SETTINGS)


def _delete_statement(kind: DocumentKind, topic_id: str, partition: int, offsets: Sequence[int]) -> str:
    # Written out and not bound: ten thousand offsets are more than the address of a request takes.
    values = {
        "topic_id": format_str(topic_id),
        "partition_number": str(partition),
        "offsets": ", ".join(map(str, offsets)),
    }
    return _statement("delete_duplicates", kind).with_expressions(values.__getitem__)


def _statement(name: str, kind: DocumentKind) -> SqlQuery:
    query = load_query(f"compaction/{name}")
    return replace(query, statement=query.statement.replace("raw.stores", f"raw.{kind.name}"))


def _rows(client: Client, kind: DocumentKind) -> int:
    return int(client.query("SELECT count() FROM raw.{table:Identifier}", {"table": kind.name}).result_rows[0][0])


def _ratios(client: Client) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in fetch_rows(client, "duplicate_ratio")}
