"""Mends MART where it stayed behind RAW: after an insert that died between RAW and its materialized views.

What is mended is what RAW holds and MART does not, found and made by the views' own SELECT, so that no rule stands
twice. How far RAW was compared is remembered by offsets in `mart.reconciliations`, and only what came later is
compared: the cost follows what arrived. A MART that was dropped forgets with it, and is filled again from all of RAW.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard, unguarded
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.errors import WarehouseError

SLICE_OFFSETS: Final = 50_000
"""Compared, and at the worst inserted, at a time: what an ingestion's block holds at most."""

REPAIR_SETTINGS: Final = {
    # A block equal to an earlier one is meant: somebody may have deleted what the window still remembers.
    "insert_deduplicate": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 0,
    "async_insert": 0,
}

# The rows of a view's SELECT in a slice of RAW that its target has not, neither in this version nor in a newer one.
# {select}, {target}, {keys} and {columns} are our own SQL; what is a value is a parameter of the query.
_MISSING: Final = """
SELECT {columns}
FROM ({select}) AS made
LEFT JOIN (
    SELECT {keys}, max(version) AS held_version, 1 AS is_held
    FROM {target}
    WHERE {ours} AND id IN (SELECT id FROM ({cleaning}) WHERE {slice})
    GROUP BY {keys}
) AS held USING ({keys})
WHERE {slice} AND {touched} AND (is_held = 0 OR held_version < version)
"""
_SLICE: Final = (
    "kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} "
    "AND kafka_offset >= {first:UInt64} AND kafka_offset < {end:UInt64}"
)


@dataclass
class ReconciliationReport:
    """RAW rows that were compared, and rows that were missing in MART and are there now."""

    compared: int = 0
    repaired_rows: int = 0
    repaired_rejects: int = 0


@dataclass(frozen=True)
class RawSlice:
    """Offsets `first` to `end`, the end excluded, of one partition as RAW holds it."""

    topic_id: str
    partition: int
    first: int
    end: int

    def parameters(self) -> dict[str, Any]:
        """For `_SLICE`."""
        return {"topic_id": self.topic_id, "partition": self.partition, "first": self.first, "end": self.end}


def reconcile(
    client: Client, *, full: bool = False, guard: Guard = unguarded
) -> Mapping[DocumentKind, ReconciliationReport]:
    """Compares what came to RAW since the last time with MART, and mends MART; `full` compares all of RAW.

    The full comparison also cleans every document again to find rejects that are missing although a newer version has
    replaced theirs. `guard` is called before each slice. Raises WarehouseError when a view is missing.
    """
    reports = {}
    for kind in KINDS:
        reports[kind] = ReconciliationReport()
        for partition in _unreconciled(client, kind, full=full):
            for raw_slice in _slices(partition):
                guard()
                _repair_slice(client, kind, raw_slice, reports[kind], full=full)
            _save_progress(client, kind, partition)
    return reports


def _unreconciled(client: Client, kind: DocumentKind, *, full: bool) -> list[RawSlice]:
    known = [] if full else _reconciled_offsets(client, kind)
    condition = "1"
    parameters: dict[str, Any] = {"table": kind.name}
    for number, (topic_id, partition, next_offset) in enumerate(known):
        # The table's sorting key: what was compared is skipped, not read.
        condition += (
            f" AND NOT (kafka_topic_id = {{topic{number}:String}} AND kafka_partition = {{partition{number}:UInt32}}"
            f" AND kafka_offset < {{next{number}:UInt64}})"
        )
        parameters |= {f"topic{number}": topic_id, f"partition{number}": partition, f"next{number}": next_offset}
    rows = client.query(
        "SELECT kafka_topic_id, kafka_partition, min(kafka_offset), max(kafka_offset) + 1 "  # noqa: S608  # our own SQL
        f"FROM raw.{{table:Identifier}} WHERE {condition} GROUP BY kafka_topic_id, kafka_partition ORDER BY ALL",
        parameters=parameters,
    ).result_rows
    return [RawSlice(str(topic_id), int(partition), int(first), int(end)) for topic_id, partition, first, end in rows]


def _reconciled_offsets(client: Client, kind: DocumentKind) -> list[tuple[str, int, int]]:
    rows = client.query(
        "SELECT kafka_topic_id, kafka_partition, next_offset FROM mart.reconciliations FINAL "
        "WHERE kind = {kind:String}",
        parameters={"kind": kind.name},
    ).result_rows
    return [(str(topic_id), int(partition), int(next_offset)) for topic_id, partition, next_offset in rows]


def _slices(partition: RawSlice) -> Iterator[RawSlice]:
    for first in range(partition.first, partition.end, SLICE_OFFSETS):
        yield RawSlice(partition.topic_id, partition.partition, first, min(first + SLICE_OFFSETS, partition.end))


def _repair_slice(
    client: Client, kind: DocumentKind, raw_slice: RawSlice, report: ReconciliationReport, *, full: bool
) -> None:
    versions = f"mart.{kind.singular}_versions"
    cleaning = _view_select(client, f"{kind.name}_cleaning")
    rejecting = _view_select(client, f"{kind.name}_rejecting")
    (compared,) = client.query(
        f"SELECT count() FROM raw.{{table:Identifier}} WHERE {_SLICE}",  # noqa: S608  # our own SQL
        parameters=raw_slice.parameters() | {"table": kind.name},
    ).result_rows[0]
    report.compared += int(compared)
    parts = {"cleaning": cleaning, "slice": _SLICE}
    report.repaired_rows += _insert_missing(
        client, versions, raw_slice, parts | {"select": cleaning, "keys": "id", "ours": "1", "touched": "1"}
    )
    if full:
        rejecting = rejecting.replace(f"FROM {versions}", f"FROM ({cleaning})")
    report.repaired_rejects += _insert_missing(
        client,
        "mart.reject_versions",
        raw_slice,
        parts
        | {
            "select": rejecting,
            "keys": "id, payload_hash",
            "ours": f"kind = '{kind.name}'",
            # Finds the rows of the slice by the key of the table of versions, instead of reading it all.
            "touched": f"id IN (SELECT id FROM ({cleaning}) WHERE {_SLICE})",  # noqa: S608  # our own SQL
        },
    )


def _insert_missing(client: Client, target: str, raw_slice: RawSlice, parts: Mapping[str, str]) -> int:
    parameters = raw_slice.parameters()
    counting = _MISSING.format(columns="count()", target=target, **parts)
    (missing,) = client.query(counting, parameters=parameters).result_rows[0]
    if missing:
        columns = ", ".join(str(row[0]) for row in client.query(f"DESCRIBE TABLE {target}").result_rows)
        making = _MISSING.format(columns=columns, target=target, **parts)
        client.command(f"INSERT INTO {target} ({columns}) {making}", parameters=parameters, settings=REPAIR_SETTINGS)
    return int(missing)


def _view_select(client: Client, view: str) -> str:
    rows = client.query(
        "SELECT as_select FROM system.tables WHERE database = 'mart' AND name = {view:String}",
        parameters={"view": view},
    ).result_rows
    if not rows:
        raise WarehouseError(f"The view mart.{view} is missing: materialize clickhouse_raw, which applies sql/.")
    return str(rows[0][0])


def _save_progress(client: Client, kind: DocumentKind, partition: RawSlice) -> None:
    client.insert(
        "mart.reconciliations",
        [(kind.name, partition.topic_id, partition.partition, partition.end)],
        column_names=["kind", "kafka_topic_id", "kafka_partition", "next_offset"],
    )
