"""MongoDB and MART, the two ends: whatever was lost between them is found, named and repaired by the next run."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from dagster import DagsterInstance, Definitions, materialize
from pymongo.database import Database

from shop_assets.document_store import rejects
from shop_assets.document_store.capture.changes import current_stream_position
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, KINDS, DocumentKind
from shop_assets.orchestration.asset_keys import MART_EQUALS_MONGODB
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes, sent_indexes
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.assets import build_assets
from shop_assets.warehouse.checks import build_checks
from shop_assets.warehouse.comparison import document_comparison
from shop_assets.warehouse.comparison.document_comparison import Difference, differences
from shop_assets.warehouse.comparison.document_repair import (
    RepairResult,
    advice,
    open_differences,
    repair_documents,
)
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.kafka_clients import delete_topics, send_messages
from shop_assets_tests.warehouse.retention import delete_records
from shop_assets_tests.writers import SoleWriter, unguarded

Documents = Database[dict[str, Any]]
Run = Callable[[], RepairResult]


@pytest.fixture
def kafka(settings: Settings) -> Iterator[KafkaResource]:
    yield kafka_resource(settings)
    delete_topics(settings, *KINDS)


@pytest.fixture
def source(settings: Settings, database: Documents, kafka: KafkaResource) -> DocumentSource:
    return DocumentSource(database, kafka, personal_data_resource(settings).cipher())


def send(source: DocumentSource) -> None:
    capture_changes(source, "incremental", SoleWriter(source.database.client))


def ingest(client: Client, source: DocumentSource) -> None:
    ingest_topics(client, source.kafka, accept_missing=True, guard=unguarded)
    reconcile(client, guard=unguarded)


@pytest.fixture
def run(client: Client, source: DocumentSource) -> Run:
    """What a run does from MongoDB to MART."""

    def from_mongodb_to_mart() -> RepairResult:
        send(source)
        ingest(client, source)
        return repair_documents(client, source, datetime.now(UTC), writer=SoleWriter(source.database.client))

    return from_mongodb_to_mart


def customer(number: int, name: str = "anna") -> dict[str, Any]:
    name_in_mart = f"cus-{number}"
    return {
        "_id": name_in_mart,
        "customer_id": name_in_mart,
        "first_name": name,
        "registration_date": "2025-06-01",
    }


def shown(client: Client) -> dict[str, str]:
    return dict(client.query("SELECT customer_id, first_name FROM mart.customers").result_rows)


def held(database: Documents) -> dict[str, str]:
    return {document["customer_id"]: document["first_name"] for document in database.customers.find()}


def found(client: Client, source: DocumentSource) -> list[Difference]:
    return list(open_differences(client, source.database, source.kafka, writer=SoleWriter(source.database.client)))


def publish(kafka: KafkaResource, key: bytes, document: object, source_time: int) -> None:
    """What another program might send."""
    value = None if document is None else orjson.dumps(document)
    headers = [("operation", b"update"), ("source_time", str(source_time).encode())]
    send_messages(kafka, CUSTOMERS, {"key": key, "value": value, "headers": headers})


def now() -> int:
    return int(datetime.now(UTC).timestamp()) << 32


def test_a_deletion_whose_tombstone_was_lost_with_its_topic_reaches_mart(
    settings: Settings, client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2), customer(3)])
    assert run().published == 0
    database.customers.delete_one({"_id": "cus-1"})
    database.customers.update_one({"_id": "cus-2"}, {"$set": {"first_name": "vera"}})
    send(source)
    delete_topics(settings, CUSTOMERS)

    assert [(one.document_id, one.finding) for one in run().first] == [("cus-1", "not in MongoDB")]

    assert shown(client) == held(database) == {"cus-2": "vera", "cus-3": "anna"}
    assert found(client, source) == []
    assert run().published == 0


@pytest.mark.slow
def test_messages_that_kafka_dropped_are_published_again_without_the_others(
    settings: Settings, client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(number) for number in range(1, 9)])
    run()
    database.customers.delete_one({"_id": "cus-1"})
    database.customers.update_one({"_id": "cus-2"}, {"$set": {"first_name": "vera"}})
    database.customers.insert_one(customer(9))
    send(source)
    topic = source.kafka.ensure_topics()["customers"]
    for (_, partition), marks in source.kafka.administration().watermarks([topic]).items():
        delete_records(settings, CUSTOMERS, partition, marks.high)

    repaired = run()

    assert {(one.document_id, one.finding) for one in repaired.first} == {
        ("cus-1", "not in MongoDB"),
        ("cus-2", "another version in RAW"),
        ("cus-9", "not in RAW"),
    }
    assert shown(client) == held(database)
    assert found(client, source) == []


@pytest.mark.slow
def test_rows_that_raw_lost_come_back(client: Client, database: Documents, source: DocumentSource, run: Run) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    run()
    for table in ("raw.customers", "mart.customer_versions"):
        client.command(f"DELETE FROM {table} WHERE id = 'cus-1'", settings={"lightweight_deletes_sync": 2})
    assert [(one.document_id, one.finding) for one in found(client, source)] == [("cus-1", "not in RAW")]

    assert run().published == 1

    assert shown(client) == held(database)
    assert found(client, source) == []


@pytest.mark.slow
def test_a_mongodb_that_is_older_than_raw_decides(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2), customer(4)])
    run()
    older = {name: list(database[name].find()) for name in database.list_collection_names()}
    database.customers.insert_one(customer(3))
    database.customers.delete_one({"_id": "cus-1"})
    database.customers.update_one({"_id": "cus-2"}, {"$set": {"first_name": "vera"}})
    run()
    assert shown(client) == {"cus-2": "vera", "cus-3": "anna", "cus-4": "anna"}

    for name in database.list_collection_names():
        database[name].delete_many({})
        if older.get(name):
            database[name].insert_many(older[name])
    with database.client.start_session() as session:  # a copy of the server's files has its own history
        token = dict(current_stream_position(database, session).token)
    database.publications.update_one({}, {"$set": {"token": token}})

    assert run().published == 3

    assert shown(client) == held(database) == {"cus-1": "anna", "cus-2": "anna", "cus-4": "anna"}
    assert found(client, source) == []


@pytest.mark.slow
def test_what_another_program_sent_does_not_stand(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2), customer(3), customer(4)])
    # With an open reject, what is sent is looked up among the rejects.
    place = {"object_key": "collection customers", "etag": "", "position": "cus-9"}
    database.rejected_documents.insert_one({"_id": "0", "kind": "customers", "superseded": False} | place)
    run()
    soon = now() + (200 << 32)  # a time that is believed
    publish(source.kafka, b"cus-1", customer(1, "forged"), soon)
    publish(source.kafka, b"cus-2", None, soon)
    publish(source.kafka, b"CUS-3 ", None, soon)
    publish(source.kafka, b"Cus-4", customer(4, "forged"), soon)
    publish(source.kafka, b"cus-5", customer(5, "forged"), soon)
    publish(source.kafka, b"\xff", customer(6, "forged"), soon)
    publish(source.kafka, b"", customer(7, "forged"), soon)

    assert run().published == 6

    assert shown(client) == held(database)
    assert found(client, source) == []
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "vera"}})
    assert run().published == 1, "the change is older than the forged message, and its repair"
    assert shown(client) == held(database)


@pytest.mark.slow
def test_a_time_that_no_message_can_beat_is_reported_and_not_repaired(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_one(customer(1))
    run()
    # From a topic that is gone, filled on a machine whose clock was a day fast.
    client.command(
        "INSERT INTO raw.customers (id, payload, kafka_topic, kafka_topic_id, kafka_partition, kafka_offset, "
        "kafka_timestamp, operation, source_time, ingested_at) SELECT id, replaceOne(payload, 'anna', 'tomorrow'), "
        "kafka_topic, 'older', 0, 7, kafka_timestamp + INTERVAL 1 DAY, operation, "
        "source_time + bitShiftLeft(toUInt64(86400), 32), ingested_at + INTERVAL 1 DAY FROM raw.customers"
    )
    assert shown(client) == {"cus-1": "tomorrow"}

    assert run().published == 0
    (difference,) = found(client, source)
    assert (difference.document_id, difference.finding) == ("cus-1", "another version in RAW")
    assert "correct the clocks" in advice(database, difference, datetime.now(UTC))


@pytest.mark.slow
def test_two_spellings_of_an_id_in_mongodb_are_reported_and_not_sent_in_turns(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(1) | {"_id": "CUS-1"}])

    assert run().published == 0
    (difference,) = found(client, source)
    (other,) = {"cus-1", "CUS-1"} - {difference.document_id}
    assert "delete one" in advice(database, difference, datetime.now(UTC))

    database.customers.delete_one({"_id": other})
    assert run().published == 1
    assert shown(client) == {"cus-1": "anna"}
    assert found(client, source) == []


@pytest.mark.slow
def test_a_document_that_kafka_does_not_accept_is_a_reject_and_no_difference(
    client: Client, database: Documents, source: DocumentSource, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shop_assets.topics.specification.MAXIMUM_MESSAGE_BYTES", 4000)
        database.customers.insert_many([customer(1), customer(2) | {"note": "x" * 4000}])
        assert run().published == 0
    assert shown(client) == {"cus-1": "anna"}
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"note": "x" * 4000}})
    assert run().published == 0
    client.command("TRUNCATE TABLE raw.customers SYNC")
    run()
    assert found(client, source) == []


@pytest.mark.slow
def test_messages_on_their_way_are_no_difference(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    run()
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "vera"}})
    database.customers.delete_one({"_id": "cus-2"})
    send(source)  # as another run does between this one's ingestion and its check
    assert found(client, source) == []

    assert (
        repair_documents(client, source, datetime.now(UTC), writer=SoleWriter(source.database.client)).published == 0
    ), "they only had to arrive"
    assert shown(client) == held(database)


@pytest.mark.slow
def test_what_was_equal_is_not_read_again(
    client: Client, database: Documents, source: DocumentSource, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    run()
    run()
    read: list[tuple[str, DocumentKind | None]] = []

    def load(name: str, kind: DocumentKind | None = None, **variables: Any) -> Any:
        read.append((name, kind))
        return load_query(name, kind, **variables)

    monkeypatch.setattr(document_comparison, "load_query", load)
    indexes = sent_indexes(database, source.kafka, writer=SoleWriter(database.client))
    assert list(differences(client, indexes)) == []
    assert read == [("comparison/raw_fingerprints", None)]
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "vera"}})
    run()
    assert [kind for name, kind in read if name == "comparison/raw_totals"] == [CUSTOMERS]


def test_the_asset_repairs_and_the_check_names_what_differs(
    settings: Settings, client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    document = {"_id": "cus-7", "customer_id": "cus-7", "registration_date": "2025-06-01"}
    database.customers.insert_one(document)
    run()
    resources = {
        "mongo": mongo_resource(settings),
        "kafka": source.kafka,
        "pii": personal_data_resource(settings),
        "clickhouse": clickhouse_resource(settings),
    }
    definitions = Definitions(build_assets(settings), asset_checks=build_checks(settings), resources=resources)

    keys = {key for check in definitions.asset_checks or () for key in check.check_keys}
    selected = {key for key in keys if key.name == MART_EQUALS_MONGODB}
    job = definitions.resolve_implicit_global_asset_job_def().get_subset(asset_check_selection=selected)

    def evaluate() -> Any:
        (evaluation,) = job.execute_in_process(raise_on_error=False).get_asset_check_evaluations()
        return evaluation

    assert evaluate().passed
    client.command("DELETE FROM raw.customers WHERE id != ''", settings={"lightweight_deletes_sync": 2})
    failed = evaluate()
    assert (failed.passed, failed.blocking) == (False, True)
    assert failed.description.startswith("1 document differs from MongoDB: 1 not in RAW; such as customers ")
    assert "`shop reconcile` publishes it again" in failed.description
    assert "shop reconcile" in failed.metadata["first"].value

    with DagsterInstance.ephemeral() as instance:
        result = materialize(build_assets(settings), instance=instance, resources=resources)
    (event,) = result.asset_materializations_for_node("clickhouse_mart")
    assert event.metadata["published_again"].value == 1
    assert evaluate().passed


@pytest.mark.slow
def test_reading_every_document_finds_what_the_change_stream_did_not_deliver(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2), customer(3)])
    run()
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "vera"}})
    database.customers.delete_one({"_id": "cus-2"})
    with database.client.start_session() as session:
        token = dict(current_stream_position(database, session).token)
    database.publications.update_one({}, {"$set": {"token": token}})
    assert run().published == 0

    repaired = repair_documents(client, source, datetime.now(UTC), writer=SoleWriter(source.database.client), full=True)
    assert {(one.document_id, one.finding) for one in repaired.first} == {
        ("cus-1", "another version in RAW"),
        ("cus-2", "not in MongoDB"),
    }

    assert shown(client) == held(database)
    assert found(client, source) == []


@pytest.mark.slow
def test_what_raw_lost_after_mart_had_taken_it_is_published_again_when_everything_is_read(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    run()
    database.customers.delete_one({"_id": "cus-2"})
    run()
    database.customers.insert_many([customer(number) for number in range(3, 30)])  # later messages in every partition
    run()
    client.command("DELETE FROM raw.customers WHERE id = 'cus-2'", settings={"lightweight_deletes_sync": 2})
    assert run().published == 0, "neither end has it"
    assert [row["document_id"] for row in fetch_rows(client, "mart_differs_from_raw")] == ["cus-2"]

    writer = SoleWriter(source.database.client)
    assert repair_documents(client, source, datetime.now(UTC), writer, full=True).published == 1

    assert fetch_rows(client, "mart_differs_from_raw") == []
    assert shown(client) == held(database)


def test_a_document_with_a_blank_id_is_rejected_and_no_difference(
    client: Client, database: Documents, source: DocumentSource, run: Run
) -> None:
    blank = [customer(number) | {"_id": document_id} for number, document_id in enumerate(("", "   ", "\u2003"))]
    database.customers.insert_many([*blank, customer(7)], bypass_document_validation=True)

    assert run().published == 0

    assert shown(client) == {"cus-7": "anna"}
    assert found(client, source) == []
    rejected = database.rejected_documents.find({"reason": "_id is blank"})
    assert {reject["position"] for reject in rejected} == {"", "   ", "\u2003"}
    database.customers.delete_many({"_id": {"$ne": "cus-7"}})
    assert run().published == 0
    assert found(client, source) == []
    assert not rejects.any_open(database, ["collection customers"])


@pytest.mark.slow
def test_a_document_that_kafka_refuses_is_not_published_again_when_the_index_is_new(
    client: Client, database: Documents, source: DocumentSource, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    run()
    monkeypatch.setattr("shop_assets.topics.making.MAXIMUM_MESSAGE_BYTES", 4000)
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "x" * 5000}})
    run()
    database.sent_totals.delete_many({})
    database.sent_documents.delete_many({})

    assert run().published == run().published == 0
    assert found(client, source) == []
    assert shown(client) == {"cus-1": "anna", "cus-2": "anna"}


def test_a_reject_among_very_many_is_no_difference(
    client: Client, database: Documents, source: DocumentSource, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [{"_id": f"{number}", "kind": "customers", "object_key": "collection customers", "etag": "",
               "position": f"other-{number}", "superseded": False} for number in range(10_001)]  # fmt: skip
    database.rejected_documents.insert_many(others)
    database.customers.insert_many([customer(1), customer(2)])
    run()
    monkeypatch.setattr("shop_assets.topics.making.MAXIMUM_MESSAGE_BYTES", 4000)
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"first_name": "x" * 5000}})
    run()
    client.command("TRUNCATE TABLE raw.customers SYNC")

    assert [one.document_id for one in found(client, source)] == ["cus-2"]
    assert run().published == 0, "the topic still has cus-2, and does not take cus-1"
    assert found(client, source) == []
