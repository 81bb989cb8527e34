"""A delivery run through the stages' own functions, from landing to MART, and where each document ends up."""

import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from clickhouse_connect.driver.client import Client

from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.object_store.resource import object_store_resource
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import CaptureResult, DocumentSource, capture_changes
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.bad_input.delivery import Delivered
from shop_assets_tests.bad_input.plain_outcome import Outcome, outcome
from shop_assets_tests.isolation import empty_warehouse, isolated
from shop_assets_tests.writers import SoleWriter, unguarded

REASONS_OF_WHOLE_FILES = frozenset(
    {"not UTF-8 text", "not JSON", "empty file", "damaged gzip", "unknown file type", "the array is not closed",
     "text after the end of the array", "larger than 16 MiB", "not UTF-16 or UTF-32 text, as its beginning says"}
)  # fmt: skip
EMPTY = frozenset({"not JSON", "empty file"})
PERSONAL = ("phone", "email")
"""What these columns hold is encrypted; that they hold something is compared."""


@dataclass(frozen=True)
class PipelineRun:
    """The reports of the stages."""

    loads: dict[str, LoadResult]
    capture: CaptureResult
    ingested: int


@dataclass(frozen=True)
class Found:
    """What is in MongoDB and ClickHouse afterwards."""

    rejected: dict[tuple[str, int | str], list[str]]
    """The reasons of the rejected documents that count, by object and position."""
    stored: dict[str, set[str]]
    shown: dict[str, Counter[str]]
    versions: dict[str, dict[str, dict[str, Any]]]
    rejected_count: dict[tuple[str, str], list[list[str]]]


@contextmanager
def own_shop(settings: Settings) -> Iterator[Settings]:
    """Names of the test's own, and an empty warehouse. SeaweedFS has only so many buckets: they are given back."""
    own = isolated(settings)
    empty_warehouse(own)
    yield own
    with object_store_resource(own).process_config_and_initialize_cm() as store:
        for bucket in (store.landing(), store.features(), store.reports()):
            for found in bucket.list():
                # One by one: control characters of a key are not allowed in the XML of a request for many.
                bucket.client.delete_object(Bucket=bucket.name, Key=found.key)
            bucket.client.delete_bucket(Bucket=bucket.name)


def deliver(settings: Settings, delivered: Iterable[tuple[str, bytes]]) -> None:
    """Puts contents under their keys in landing."""
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        bucket = store.landing()
        for key, content in delivered:
            bucket.put(key, content, "application/octet-stream")


def run_pipeline(settings: Settings) -> PipelineRun:
    """One pass over what landing holds, by the stages' own functions."""
    kafka = kafka_resource(settings)
    with (
        object_store_resource(settings).process_config_and_initialize_cm() as store,
        mongo_resource(settings).connect() as database,
        clickhouse_resource(settings).client() as client,
    ):
        for kind in KINDS:
            count_inventory(store.landing(), kind)
        loads = load_landing(database, store.landing(), writer=SoleWriter(database.client))
        capture = capture_changes(
            DocumentSource(database, kafka, personal_data_resource(settings).cipher()),
            "incremental",
            SoleWriter(database.client),
        )
        apply_migrations(client)
        ingested = ingest_topics(client, kafka, guard=unguarded)
        reports = reconcile(client, guard=unguarded)
    assert not any(report.repaired_rows or report.repaired_rejects for report in reports.values())
    return PipelineRun(loads, capture, sum(report.messages for report in ingested.values()))


def find(settings: Settings) -> Found:
    """Everything that a delivery became."""
    rejected: dict[tuple[str, int | str], list[str]] = defaultdict(list)
    rejected_count: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    with mongo_resource(settings).connect() as database, clickhouse_resource(settings).client() as client:
        for row in database["rejected_documents"].find({"superseded": False}, {"text": 0}):
            rejected[row["object_key"], row["position"]].append(row["reason"])
        for kind, key, reasons in client.query("SELECT kind, id, reasons FROM mart.open_rejects").result_rows:
            rejected_count[kind, key].append(list(reasons))
        return Found(
            rejected=dict(rejected),
            stored={kind.name: {row["_id"] for row in database[kind.name].find({}, {"_id": 1})} for kind in KINDS},
            shown={kind.name: _shown(client, kind.name) for kind in KINDS},
            versions={kind.name: _versions(client, kind.name) for kind in KINDS},
            rejected_count=dict(rejected_count),
        )


def _shown(client: Client, kind: str) -> Counter[str]:
    singular = KIND_BY_NAME[kind].singular
    return Counter(key for (key,) in client.query(f"SELECT {singular}_id FROM mart.{kind}").result_rows)


def _versions(client: Client, kind: str) -> dict[str, dict[str, Any]]:
    table = f"mart.{KIND_BY_NAME[kind].singular}_versions"
    rows = client.query(f"SELECT * FROM {table} FINAL", tz_mode="aware").named_results()
    return {row["id"]: row for row in rows}


def problems(delivered: Sequence[Delivered], found: Found) -> list[str]:
    """What was not found again as it must be; nothing when all is well. Of copies the last one must be."""
    now = datetime.now(UTC)
    problems_found: list[str] = []
    outcomes = {
        (thing.key, position): _outcome(thing.kind, text, now)
        for thing in delivered
        for position, text in thing.texts.items()
    }
    newest: dict[tuple[str, str], tuple[tuple[str, int], Outcome]] = {}
    for here, wanted in outcomes.items():
        reasons = found.rejected.get(here, [])
        if wanted.refused and (len(reasons) != 1 or reasons[0] not in wanted.refused):
            problems_found.append(f"{here}: rejected for {reasons}, expected one of {sorted(wanted.refused)}")
        elif reasons and not wanted.refused:
            problems_found.append(f"{here}: rejected for {reasons}, expected under {wanted.document_id!r}")
        elif not wanted.refused:
            newest[here[0].partition("/")[0], wanted.document_id] = here, wanted
    for (kind, _), (here, wanted) in newest.items():
        problems_found += _in_mart(kind, here, wanted, found)
    problems_found += [f"{place}: rejected, and nothing was there" for place in found.rejected.keys() - outcomes.keys()]
    stored = {(kind, key) for kind, keys in found.stored.items() for key in keys}
    return problems_found + [f"{place} came from nowhere" for place in stored - newest.keys()]


def _outcome(kind: str, text: bytes | None, now: datetime) -> Outcome:
    if text is None:
        return Outcome(refused=REASONS_OF_WHOLE_FILES)
    return outcome(kind, text, now) if text.removeprefix(codecs.BOM_UTF8).strip() else Outcome(refused=EMPTY)


def _in_mart(kind: str, here: tuple[str, int], wanted: Outcome, found: Found) -> list[str]:
    key, cleaned = wanted.document_id, wanted.cleaned
    assert cleaned is not None
    if key not in found.stored[kind]:
        return [f"{here}: {key!r} is not in MongoDB"]
    shown, rejected_count = found.shown[kind][key], found.rejected_count.get((kind, key), [])
    if cleaned.reasons:
        if shown or [sorted(reasons) for reasons in rejected_count] != [sorted(cleaned.reasons)]:
            return [f"{here}: {key!r} shown {shown} times, rejected {rejected_count}, expected {cleaned.reasons}"]
        return []
    if shown != 1 or rejected_count:
        return [f"{here}: {key!r} shown {shown} times, rejected for {rejected_count}, expected clean"]
    row = found.versions[kind][key]
    return [
        f"{here}: {column} is {row[column]!r}, expected {value!r}"
        for column, value in cleaned.values.items()
        if not _equal(column, value, row[column])
    ]


def _equal(column: str, wanted: object, found: object) -> bool:
    if column.endswith(PERSONAL) and wanted is not None:
        return isinstance(found, str) and found.startswith("enc:v1:")
    return _plain(wanted) == _plain(found)


def _plain(value: Any) -> Any:
    """A value whose floats are written in one way, in texts too: 1e308, 1e+308 and 309 digits are one number."""
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return Decimal(value).normalize() if isinstance(value, str) and _NUMBER.fullmatch(value) else value


_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?(e[+-]?[0-9]{1,3})?")
