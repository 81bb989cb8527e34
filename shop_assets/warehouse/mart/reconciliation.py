"""Reconciliation: repairs MART where it is behind RAW, after an insert that died between RAW and its views.

The rows that RAW has and MART lacks are found and inserted with the views' own rules, so that no rule exists twice.
`mart.reconciliations` remembers up to which offset RAW was compared, and only later offsets are compared: the cost
depends on what arrived. A MART that was dropped loses that too, and is filled again from all of RAW.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.orchestration.asset_keys import CLICKHOUSE_RAW
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.mart.forged_times import remove_forged
from shop_assets.warehouse.mart.renewal import clean_again, outdated_partitions
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.raw.raw_slice import RawSlice
from shop_assets.warehouse.statements.queries import SqlQuery, load_query, statement_of
from shop_assets.warehouse.statements.query_execution import column, scalar
from shop_assets.warehouse.statements.statement_settings import INSERTED_AGAIN, LONG_STATEMENT, STAGES_APART

SLICE_OFFSETS: Final = 50_000
"""How many offsets are compared, and at worst inserted, at once: as many as a block of the ingestion has at most."""

COUNT: Final = "count()"


@dataclass
class ReconciliationResult:
    """Rows of RAW that were compared, rows of MART that had a forged time or were cleaned by older rules, and rows that
    were inserted because MART lacked them.
    """

    compared: int = 0
    removed_rows: int = 0
    renewed_rows: int = 0
    repaired_rows: int = 0
    repaired_rejects: int = 0


def reconcile(client: Client, *, full: bool = False, guard: Guard) -> Mapping[DocumentKind, ReconciliationResult]:
    """Compare what arrived in RAW since the last time with MART, and repair MART.

    Args:
        client: A client of the warehouse.
        full: Compare all of RAW. This cleans every document again, and so finds missing rejects of documents of which
            a newer version has arrived.
        guard: Called before each slice; what it raises ends the reconciliation.

    Returns:
        A result for each kind.

    Raises:
        WarehouseError: A view of MART is missing.
    """
    results = {}
    for kind in KINDS:
        results[kind] = ReconciliationResult()
        cleaning = _ViewSelect(client, f"{kind.name}_cleaning")
        for raw_slice in chain.from_iterable(map(_slices, outdated_partitions(client, kind))):
            guard()
            results[kind].renewed_rows += clean_again(client, kind, raw_slice, cleaning.text)
        unreconciled = _unreconciled(client, kind, full=full)
        slices = {partition: list(_slices(partition)) for partition in unreconciled}
        # Of all slices before the first repair: a row with a forged time hides what is missing beside it.
        for raw_slice in chain.from_iterable(slices.values()):
            guard()
            results[kind].removed_rows += remove_forged(client, kind, raw_slice)
        if unreconciled:
            # The rules of the second are in a file, but without the view rejects would be lost.
            _require_views(client, cleaning.view, f"{kind.name}_rejecting")
        for partition in unreconciled:
            for raw_slice in slices[partition]:
                guard()
                _repair_slice(client, kind, raw_slice, results[kind], cleaning, full=full)
            _save_progress(client, kind, partition)
    return results


def ingest_and_reconcile(client: Client, kafka: KafkaResource, guard: Guard) -> None:
    """Ingest what the topics have, and reconcile MART with RAW.

    Args:
        client: A client of the warehouse.
        kafka: The cluster and the names of the topics.
        guard: Called before each insert; what it raises ends the work.

    Raises:
        ShopError: A service failed; see the two functions.
    """
    ingest_topics(client, kafka, guard=guard)
    reconcile(client, guard=guard)


def _unreconciled(client: Client, kind: DocumentKind, *, full: bool) -> list[RawSlice]:
    reconciled = [] if full else _reconciled_offsets(client, kind)
    parameters: dict[str, Any] = {}
    for number, (topic_id, partition, next_offset) in enumerate(reconciled):
        parameters |= {f"topic{number}": topic_id, f"partition{number}": partition, f"next{number}": next_offset}
    query = load_query("reconciliation/unreconciled_partitions", kind, reconciled=len(reconciled))
    rows = client.query(query.statement, parameters=parameters).result_rows
    return [RawSlice(str(topic_id), int(partition), int(first), int(end)) for topic_id, partition, first, end in rows]


def _reconciled_offsets(client: Client, kind: DocumentKind) -> list[tuple[str, int, int]]:
    rows = client.query(statement_of("reconciliation/reconciled_offsets", kind)).result_rows
    return [(str(topic_id), int(partition), int(next_offset)) for topic_id, partition, next_offset in rows]


def _slices(partition: RawSlice) -> Iterator[RawSlice]:
    for first in range(partition.first, partition.end, SLICE_OFFSETS):
        yield RawSlice(partition.topic_id, partition.partition, first, min(first + SLICE_OFFSETS, partition.end))


def _repair_slice(
    client: Client,
    kind: DocumentKind,
    raw_slice: RawSlice,
    result: ReconciliationResult,
    cleaning: "_ViewSelect",
    *,
    full: bool,
) -> None:
    versions = f"mart.{kind.singular}_versions"
    rows = statement_of("reconciliation/slice_rows", kind)
    result.compared += int(scalar(client, rows, raw_slice.parameters()))

    # Which rows are missing is seen by ids and versions alone: ClickHouse takes its time over the whole SELECT.
    identifying = statement_of("reconciliation/identified_rows", kind)

    def missing_versions(columns: str) -> SqlQuery:
        found = identifying if columns == COUNT else cleaning.text
        return load_query(
            "reconciliation/missing_versions", kind, columns=columns, cleaning=found, identifying=identifying
        )

    def missing_rejects(columns: str) -> SqlQuery:
        return load_query(
            "reconciliation/missing_rejects",
            kind,
            columns=columns,
            cleaning=cleaning.text if full else "",
            identifying=identifying,
            source="cleaned" if full else versions,
        )

    result.repaired_rows += _insert_missing(client, versions, raw_slice, missing_versions)
    result.repaired_rejects += _insert_missing(client, "mart.reject_versions", raw_slice, missing_rejects)


def _insert_missing(client: Client, target: str, raw_slice: RawSlice, missing: Callable[[str], SqlQuery]) -> int:
    """Insert the rows of a query, and return their number."""
    parameters = raw_slice.parameters()
    count = int(scalar(client, missing(COUNT).statement, parameters, LONG_STATEMENT | STAGES_APART))
    if count:
        columns = ", ".join(str(row[0]) for row in client.query(f"DESCRIBE TABLE {target}").result_rows)
        insertion = f"INSERT INTO {target} ({columns})\n{missing(columns).statement}"
        client.command(insertion, parameters=parameters, settings=INSERTED_AGAIN | STAGES_APART)
    return count


class _ViewSelect:
    """The SELECT of a view of MART, looked up when it is needed: ClickHouse writes 140,000 characters for it."""

    def __init__(self, client: Client, view: str) -> None:
        self._client = client
        self.view = view

    @cached_property
    def text(self) -> str:
        """The SELECT.

        Raises:
            WarehouseError: The view is missing.
        """
        rows = self._client.query(statement_of("reconciliation/view_select"), {"view": self.view}).result_rows
        if not rows:
            raise _missing(self.view)
        return str(rows[0][0])


def _require_views(client: Client, *views: str) -> None:
    found = column(client, statement_of("reconciliation/present_views"), {"views": list(views)})
    for view in views:
        if view not in found:
            raise _missing(view)


def _missing(view: str) -> WarehouseError:
    return WarehouseError(
        f"The view mart.{view} is missing: materialize {CLICKHOUSE_RAW.to_user_string()}, which applies sql/."
    )


def _save_progress(client: Client, kind: DocumentKind, partition: RawSlice) -> None:
    client.insert(
        "mart.reconciliations",
        [(kind.name, partition.topic_id, partition.partition, partition.end)],
        column_names=["kind", "kafka_topic_id", "kafka_partition", "next_offset"],
    )
