"""Removes from MART what it took under a forged source time, before it judged source times.

The views (`sql/mart/3*`) order a message by the time of its arrival if its own time is not believed. Rows that are
older than this rule may have a version that no correction ever exceeds; the reconciliation removes them here, and then
finds those that RAW gives in their place.
"""

from typing import Final

from clickhouse_connect.driver.binding import format_str
from clickhouse_connect.driver.client import Client

from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.raw.raw_slice import RawSlice
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.query_execution import column, scalar
from shop_assets.warehouse.statements.statement_settings import DELETED_EVERYWHERE

REJECTS: Final = "mart.reject_versions"

DELETED_AT_ONCE: Final = 10_000
"""Offsets in one statement, which must stay below 256 KiB."""


def remove_forged(client: Client, kind: DocumentKind, raw_slice: RawSlice) -> int:
    """Remove the rows of MART that stem from a slice of RAW and have a version that is not believed.

    Args:
        client: A client of the warehouse.
        kind: The kind of the slice.
        raw_slice: The slice.

    Returns:
        How many rows were removed.
    """
    counting = load_query("reconciliation/count_forged", kind)
    # A scan of a table of MART would cost more than the whole comparison.
    if not scalar(client, counting.statement, raw_slice.parameters()):
        return 0
    return sum(_remove(client, kind, raw_slice, table) for table in (f"mart.{kind.singular}_versions", REJECTS))


def _remove(client: Client, kind: DocumentKind, raw_slice: RawSlice, table: str) -> int:
    query = load_query("reconciliation/forged_offsets", kind, table=table)
    offsets = column(client, query.statement, raw_slice.parameters())
    for batch in chunks(offsets, DELETED_AT_ONCE):
        deletion = load_query(
            "reconciliation/delete_forged",
            table=table,
            topic_id=format_str(raw_slice.topic_id),
            topic_partition=raw_slice.partition,
            offsets=batch,
        )
        client.command(deletion.statement, settings=DELETED_EVERYWHERE)
    return len(offsets)
