"""A source time that is forged or broken never outlasts the next change of its document."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep, time
from typing import Any

import orjson
from clickhouse_connect.driver.client import Client
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from pymongo.database import Database

from shop_assets.documents.kinds import STORES
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.rejects.reject import Selection
from shop_assets.rejects.search import newest
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.compaction import compact
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.raw.raw_rows import LATEST_SOURCE_TIME
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.kafka_clients import send_messages
from shop_assets_tests.warehouse.raw_messages import NOW, document, insert_raw, tombstone
from shop_assets_tests.writers import SoleWriter, unguarded

STORE = {"store_id": "store-001", "store_name": "Настоящий", "store_network": "Пикча"}
FORGED = STORE | {"store_name": "Подделка"}
REASON = "source_time: later than its message"
DAY = 86_400
HEADER = "source_time"

Headers = list[tuple[str, str | bytes | None]]


def later(seconds: float) -> bytes:
    return str(int(time() + seconds) << 32).encode()


def forge(kafka: KafkaResource, headers: Headers, *, key: str = "store-001", **more: Any) -> None:
    message = {"key": key, "value": orjson.dumps(FORGED | {"store_id": key})} | more
    send_messages(kafka, STORES, message | {"headers": [("operation", b"update"), *headers]})


def names(client: Client) -> dict[str, str]:
    return dict(client.query("SELECT store_id, store_name FROM mart.stores ORDER BY store_id").result_rows)


def reasons(client: Client) -> dict[str, list[str]]:
    return dict(client.query("SELECT id, reasons FROM mart.open_rejects ORDER BY id").result_rows)


def test_a_correction_in_mongodb_beats_any_header(
    settings: Settings, kafka: KafkaResource, database: Database[dict[str, Any]], client: Client
) -> None:
    def deliver() -> None:
        capture_changes(
            DocumentSource(database, kafka, personal_data_resource(settings).cipher()),
            "incremental",
            SoleWriter(database.client),
        )
        ingest_topics(client, kafka, guard=unguarded)

    forged: dict[str, Headers] = {
        "2^64-1": [(HEADER, str(LATEST_SOURCE_TIME).encode())],
        "2^63": [(HEADER, str(1 << 63).encode())],
        "2^64": [(HEADER, str(1 << 64).encode())],
        "5000 digits": [(HEADER, b"9" * 5000)],
        "a day ahead": [(HEADER, later(DAY))],
        "doubled, the last forged": [(HEADER, b"1"), (HEADER, later(DAY))],
    }
    of_its_arrival: dict[str, Headers] = {
        "doubled, the first forged": [(HEADER, later(DAY)), (HEADER, b"x")],
        "negative": [(HEADER, b"-1")],
        "text": [(HEADER, "скоро".encode())],
        "not utf-8": [(HEADER, b"\xff\xfe")],
        "an empty text": [(HEADER, b"")],
        "no value": [(HEADER, None)],
        "absent": [],
    }
    cases = forged | of_its_arrival
    database["stores"].insert_many([{"_id": case} | STORE | {"store_id": case} for case in cases])
    deliver()
    assert names(client) == dict.fromkeys(cases, "настоящий")

    sleep(1 - time() % 1)  # a message is ordered by the second of its arrival, and the document has an increment in it
    for case, headers in cases.items():
        forge(kafka, headers, key=case)
    ingest_topics(client, kafka, guard=unguarded)
    assert names(client) == dict.fromkeys(of_its_arrival, "подделка")
    assert reasons(client) == {case: [REASON] for case in forged}
    assert fetch_rows(client, "mart_differs_from_raw") == []
    assert not any(report.repaired_rows for report in reconcile(client, full=True, guard=unguarded).values())

    database["stores"].update_many({}, {"$set": {"store_name": "Исправленный"}})
    deliver()
    assert (names(client), reasons(client)) == (dict.fromkeys(cases, "исправленный"), {})
    assert fetch_rows(client, "mart_differs_from_raw") == []


def test_clocks_may_differ_by_five_minutes(kafka: KafkaResource, client: Client) -> None:
    forge(kafka, [(HEADER, later(280))])
    ingest_topics(client, kafka, guard=unguarded)
    assert (names(client), reasons(client)) == ({"store-001": "подделка"}, {})
    forge(kafka, [(HEADER, later(320))])
    ingest_topics(client, kafka, guard=unguarded)
    assert client.query("SELECT reasons FROM mart.rejects").result_rows == [([REASON],)]


def test_the_reject_is_listed_like_any_other(
    kafka: KafkaResource, database: Database[dict[str, Any]], client: Client
) -> None:
    forge(kafka, [(HEADER, later(DAY))])
    ingest_topics(client, kafka, guard=unguarded)
    listing = newest(database, client, Selection(), 10)
    assert [(found.document_id, found.reasons) for found in listing.newest] == [("store-001", (REASON,))]
    (row,) = fetch_rows(client, "rejects_by_reason")
    assert (row["kind"], row["reason"]) == ("stores", REASON)


def test_a_forged_deletion_is_rejected_too(kafka: KafkaResource, client: Client) -> None:
    forge(kafka, [(HEADER, later(DAY))], value=None)
    ingest_topics(client, kafka, guard=unguarded)
    assert reasons(client) == {"store-001": [REASON]}


def test_a_producer_cannot_choose_the_timestamp_by_which_its_source_time_is_judged(
    kafka: KafkaResource, client: Client
) -> None:
    forge(kafka, [(HEADER, later(DAY / 48))], timestamp=int((time() + DAY / 48) * 1000))
    ingest_topics(client, kafka, guard=unguarded)
    assert reasons(client) == {"store-001": [REASON]}


def test_a_topic_whose_producers_choose_the_timestamps_is_altered(kafka: KafkaResource) -> None:
    name = kafka.topic_name(STORES)
    entry = ConfigEntry("message.timestamp.type", "CreateTime", incremental_operation=AlterConfigOpType.SET)
    client = kafka.administration().client
    for answer in client.incremental_alter_configs(
        [ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])]
    ).values():
        answer.result()
    assert set(missing_protection(kafka, name)) == {"message.timestamp.type"}
    kafka.ensure_topics()
    assert missing_protection(kafka, name) == {}


def missing_protection(kafka: KafkaResource, name: str) -> dict[str, str]:
    return kafka.specification().missing_protection(kafka.administration().describe([name])[name])


def test_the_time_of_ingestion_is_a_limit_where_the_timestamp_is_the_producers(client: Client) -> None:
    in_a_year = NOW + timedelta(days=365)
    forged = document("store-001", FORGED, source_time=int(in_a_year.timestamp()) << 32)
    insert_raw(client, "stores", [forged], kafka_timestamp=in_a_year)
    assert reasons(client) == {"store-001": [REASON]}


def test_a_forged_version_from_before_this_rule_is_removed_by_the_first_reconciliation(
    client: Client, own_sql: Path
) -> None:
    corrected = document("store-001", STORE | {"store_name": "Исправленный"}, source_time=20)
    messages = [
        document("store-001", STORE, source_time=10),
        document("store-002", STORE | {"store_id": "store-002"}, source_time=10),
        document("store-001", FORGED, source_time=LATEST_SOURCE_TIME),
        tombstone("store-002", source_time=LATEST_SOURCE_TIME - 1),
        document("store-003", {"store_id": "store-003"}, source_time=LATEST_SOURCE_TIME),
        corrected,
    ]
    with older_rules(client, own_sql):
        insert_raw(client, "stores", messages)
        reconcile(client, guard=unguarded)
        assert names(client) == {"store-001": "подделка"}

    assert "mart/26_reconciliations_again" in apply_migrations(client)
    assert {row["difference"] for row in fetch_rows(client, "mart_differs_from_raw")} == {"MART is newer than RAW"}
    assert reconcile(client, guard=unguarded)[STORES].renewed_rows == 3  # cleaned again: the rules have changed
    assert names(client) == {}  # the correction was written before the forged message arrived
    assert fetch_rows(client, "mart_differs_from_raw") == []
    nameless = ["store_name: missing", "store_network: missing"]
    assert reasons(client) == {"store-001": [REASON], "store-002": [REASON], "store-003": [REASON, *nameless]}
    assert not any(
        report.removed_rows or report.repaired_rows for report in reconcile(client, full=True, guard=unguarded).values()
    )
    insert_raw(client, "stores", [replace(corrected, offset=10**6, source_time=int(NOW.timestamp() + 9) << 32)])
    assert names(client) == {"store-001": "исправленный"}
    compact(client, guard=unguarded)
    assert fetch_rows(client, "mart_differs_from_raw") == []


@contextmanager
def older_rules(client: Client, own_sql: Path) -> Iterator[None]:
    """The warehouse as it was before source times were judged."""
    again = own_sql / "mart" / "26_reconciliations_again.sql"
    fault, bounded = (own_sql / "functions" / f"{name}.sql" for name in ("22_shop_time_fault", "23_shop_bounded_time"))
    today = {file: file.read_text(encoding="utf-8") for file in (again, fault, bounded)}
    arguments = "AS (source_time, kafka_timestamp, ingested_at) ->"
    again.unlink()
    fault.write_text(f"CREATE OR REPLACE FUNCTION shop_time_fault {arguments} ''", encoding="utf-8")
    bounded.write_text(f"CREATE OR REPLACE FUNCTION shop_bounded_time {arguments} source_time", encoding="utf-8")
    client.command("DELETE FROM raw.migrations WHERE name = 'mart/26_reconciliations_again'")
    apply_migrations(client)
    yield
    for file, text in today.items():
        file.write_text(text, encoding="utf-8")
