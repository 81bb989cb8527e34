"""Removes exact copies from RAW: of messages with one id and one payload the newest stays.

MART does not change by it, nor would a MART that is made anew from what stays. The offsets of what goes are remembered
first, in `raw.removed_copies`, and count as read from then on: a compaction that is killed anywhere leaves a RAW that
is right, and the next one removes what this one only remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.document_store.lease import Guard, unguarded
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.ledger import await_inserts, become_writer
from shop_assets.warehouse.queries import SETTINGS, ask
from shop_assets.warehouse.reconciliation import reconcile
from shop_assets.warehouse.sql_files import read_file, sql_folder

DELETE_SETTINGS: Final = {"lightweight_deletes_sync": 1}
"""The statement returns when the rows are gone for every reader; their bytes go when the engine merges parts."""


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
    become_writer(client)  # so that nothing comes in meanwhile
    await_inserts(client)
    reconcile(client, guard=guard)
    before = _ratios(client)
    removed = {kind: _remove(client, kind, guard) for kind in KINDS}
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


def _remove(client: Client, kind: DocumentKind, guard: Guard) -> int:
    rows = _rows(client, kind)
    guard()
    _run(client, "remember_copies", kind)
    guard()
    _run(client, "remove_copies", kind)
    return rows - _rows(client, kind)


def _run(client: Client, name: str, kind: DocumentKind) -> None:
    statement = read_file(sql_folder() / "compaction" / f"{name}.sql", f"compaction/{name}").statement
    client.command(statement.replace("raw.stores", f"raw.{kind.name}"), settings=SETTINGS | DELETE_SETTINGS)


def _rows(client: Client, kind: DocumentKind) -> int:
    return int(client.query("SELECT count() FROM raw.{table:Identifier}", {"table": kind.name}).result_rows[0][0])


def _ratios(client: Client) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in ask(client, "duplicate_ratio")}
