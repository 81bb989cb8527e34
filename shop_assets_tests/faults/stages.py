"""The stages without Dagster, each as one function of an environment: what a forked process does, and is killed in.

Batches are small here, so that a small shop has many of the moments between two of them.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.features import clean_up
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.parquet_writing import PublicationName
from shop_assets.features.resource import spark_resource
from shop_assets.features.warehouse_load import load_published
from shop_assets.landing.filling.sources import FillRequest, fill
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource, object_store_resource
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.report.csv_report import write_report
from shop_assets.settings import Settings
from shop_assets.topics import change_capture, delivery
from shop_assets.topics.change_capture import DocumentSource
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.comparison.document_repair import repair_documents
from shop_assets.warehouse.mart import reconciliation
from shop_assets.warehouse.raw import ingestion
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations

BATCH: Final = 10
RUN: Final = "faults"


@dataclass(frozen=True)
class ScenarioEnvironment:
    """The services, the folder that documents are delivered from, and the days whose features are made. `erased` are
    the documents of customers who are erased, the one whose turn it is last.
    """

    settings: Settings
    source: Path
    days: tuple[date, ...]
    erased: tuple[Mapping[str, Any], ...] = ()


def landing(environment: ScenarioEnvironment) -> None:
    with stores(environment.settings) as store:
        bucket = store.landing()
        for kind in KINDS:
            fill(bucket, kind, FillRequest(source_folder=environment.source))
            count_inventory(bucket, kind)


def documents(environment: ScenarioEnvironment) -> None:
    with (
        stores(environment.settings) as store,
        mongo_resource(environment.settings).connect() as database,
        ingestion_lease(database, "documents", RUN) as lease,
    ):
        load_landing(database, store.landing(), batch_size=BATCH, writer=lease)


def topics(environment: ScenarioEnvironment) -> None:
    publish(environment, "incremental")


def publish(environment: ScenarioEnvironment, mode: change_capture.Mode) -> None:
    delivery.BATCH_SIZE = BATCH  # type: ignore[misc]  # this process is its own
    kafka = kafka_resource(environment.settings)
    cipher = _cipher(environment)
    with mongo_resource(environment.settings).connect() as database, ingestion_lease(database, "topics", RUN) as lease:
        change_capture.capture_changes(DocumentSource(database, kafka, cipher), mode, lease)


def _cipher(environment: ScenarioEnvironment) -> PersonalDataCipher:
    return PersonalDataCipher(parse_key_ring(environment.settings.pii_keys.get_secret_value()))


def raw(environment: ScenarioEnvironment) -> None:
    """Without the migrations, which the asset applies first: so MART can be left behind before it. Two threads insert,
    as they do with more messages.
    """
    ingestion.WORTH_A_THREAD = 0  # type: ignore[misc]
    kafka = kafka_resource(environment.settings)
    with (
        mongo_resource(environment.settings).connect() as database,
        ingestion_lease(database, "raw", RUN) as lease,
        warehouse(environment.settings) as client,
    ):
        ingest_topics(client, kafka, guard=lease.check, maximum_rows=BATCH)


def mart(environment: ScenarioEnvironment) -> None:
    reconciliation.SLICE_OFFSETS = 2 * BATCH  # type: ignore[misc]
    kafka = kafka_resource(environment.settings)
    cipher = _cipher(environment)
    with (
        mongo_resource(environment.settings).connect() as database,
        ingestion_lease(database, "mart", RUN) as lease,
        warehouse(environment.settings) as client,
    ):
        apply_migrations(client)
        reconciliation.reconcile(client, guard=lease.check)
        repair_documents(client, DocumentSource(database, kafka, cipher), datetime.now(UTC), lease)


def features(environment: ScenarioEnvironment) -> None:
    clean_up.READERS_GRACE = timedelta(0)  # type: ignore[misc]  # superseded files go at once, so that it can be disturbed
    with (
        stores(environment.settings) as store,
        warehouse(environment.settings) as client,
        spark_resource(environment.settings).on_demand() as start_spark,
    ):
        source = MatrixSource.from_settings(environment.settings)
        publisher = MatrixPublisher(source, client, store.features(), start_spark, RUN)
        for day in environment.days:
            publisher.publish(day)


def load(environment: ScenarioEnvironment) -> None:
    with stores(environment.settings) as store, warehouse(environment.settings) as client:
        for day in environment.days:
            load_published(client, store.features(), day)


def report(environment: ScenarioEnvironment) -> None:
    with stores(environment.settings) as store:
        for day in environment.days:
            write_report(store.features(), store.reports(), PublicationManifest.require(store.features(), day))


STAGES: Final[dict[str, Callable[[ScenarioEnvironment], None]]] = {
    stage.__name__: stage for stage in (landing, documents, topics, raw, mart, features, load, report)
}
"""In the order in which data flows."""


def await_spark_files(_matrix: object, bucket: Bucket, day: date, name: PublicationName, _keys: object) -> None:
    """Returns when Spark, called with these arguments to write a day's files, has begun with the first one."""
    while not any(bucket.list(name.temporary_prefix(day))):
        time.sleep(0.02)


@contextmanager
def stores(settings: Settings) -> Iterator[ObjectStoreResource]:
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        yield store


@contextmanager
def warehouse(settings: Settings) -> Iterator[Client]:
    with clickhouse_resource(settings).process_config_and_initialize_cm() as resource, resource.client() as client:
        yield client
