"""Kafka that was restored together with MongoDB: RAW knows its own last messages, and a new topic is the way out."""

import pytest
from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.cli import topics as topics_command
from shop_assets.documents.kinds import STORES
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings, variable
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.errors import TopicRestoredError
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets_tests.kafka_clients import send_messages
from shop_assets_tests.writers import SoleWriter, unguarded

NETWORK = "Пикча"


@pytest.fixture
def ingested(kafka: KafkaResource, client: Client) -> Client:
    without_key = {"value": b"{}", "partition": 1}
    send_messages(kafka, STORES, {"value": b"{}", "key": b"store-1", "partition": 0}, without_key)
    ingest_topics(client, kafka, guard=unguarded)
    return client


def test_the_topics_that_raw_has_read_are_taken_for_what_they_are(ingested: Client, kafka: KafkaResource) -> None:
    assert all(result.messages == 0 for result in ingest_topics(ingested, kafka, guard=unguarded).values())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("kafka_timestamp = kafka_timestamp - INTERVAL 1 SECOND", "has another message there"),
        ("id = 'store-2'", "has another message there"),
    ],
)
def test_another_message_at_raws_last_offset_is_refused(
    ingested: Client, kafka: KafkaResource, change: str, problem: str
) -> None:
    update = f"ALTER TABLE raw.stores UPDATE {change} WHERE kafka_partition = 0 SETTINGS mutations_sync = 1"
    ingested.command(update)
    with pytest.raises(TopicRestoredError, match=rf"stores, partition 0: RAW had .* {problem}.*recreate stores`"):
        ingest_topics(ingested, kafka, guard=unguarded)


def test_a_topic_that_ends_before_raw_is_refused_until_it_is_recreated(
    ingested: Client,
    kafka: KafkaResource,
    database: Database[dict[str, object]],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cipher = personal_data_resource(settings).cipher()
    database.stores.insert_one({"_id": "store-9", "store_id": "store-9", "store_name": "Ё", "store_network": NETWORK})
    source, writer = DocumentSource(database, kafka, cipher), SoleWriter(database.client)
    capture_changes(source, "incremental", writer)
    ingest_topics(ingested, kafka, guard=unguarded)
    ingested.command(
        "INSERT INTO raw.stores SELECT * REPLACE (kafka_offset + 100 AS kafka_offset) FROM raw.stores LIMIT 1"
    )
    with pytest.raises(TopicRestoredError, match=r"ends at offset \d+.*`shop topics recreate stores`, then run this"):
        ingest_topics(ingested, kafka, guard=unguarded)

    for field in ("mongo_database", "kafka_topic_prefix"):
        monkeypatch.setenv(variable(field), getattr(settings, field))
    topics_command.recreate(["stores"])

    assert f"{kafka.topic_name(STORES)}: created again" in capsys.readouterr().out
    assert capture_changes(source, "incremental", writer).snapshots == {"stores": "the topic is new"}
    assert ingest_topics(ingested, kafka, guard=unguarded)[STORES].messages == 1
    assert ingested.query("SELECT store_id FROM mart.stores").result_rows == [("store-9",)]
