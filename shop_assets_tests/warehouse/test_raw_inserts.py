"""Kafka to RAW, each message once, on a real broker."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from confluent_kafka import Consumer, TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.coordination.errors import LeaseLostError
from shop_assets.documents.kinds import KINDS, PRODUCTS, STORES, DocumentKind
from shop_assets.settings import Settings
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.errors import FencedOffError, OffsetGapError, WarehouseError
from shop_assets.warehouse.raw import ingestion, raw_inserts
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.raw.ingestion_plan import IngestionPlan, freeze_ranges
from shop_assets.warehouse.raw.raw_inserts import CONSUMER_CONFIGURATION, IngestionResult, ingest, insert, read_messages
from shop_assets.warehouse.raw.raw_offsets import OffsetRange, running_inserts, wait_for_inserts
from shop_assets.warehouse.raw.raw_rows import batches
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.isolation import variables
from shop_assets_tests.kafka_clients import delete_topics, send_messages
from shop_assets_tests.warehouse.retention import delete_records
from shop_assets_tests.writers import unguarded

HEADERS = [("operation", b"insert"), ("source_time", str((1_700_000_000 << 32) | 5).encode())]
Publish = Callable[..., None]


@pytest.fixture
def publish(kafka: KafkaResource) -> Publish:
    def publish(kind: DocumentKind, *messages: tuple[bytes | None, bytes | None], headers: object = HEADERS) -> None:
        send_messages(kafka, kind, *({"key": key, "value": value, "headers": headers} for key, value in messages))

    return publish


@pytest.fixture
def consumer(kafka: KafkaResource) -> Iterator[Consumer]:
    consumer = kafka.consumer("warehouse-test", **CONSUMER_CONFIGURATION)
    yield consumer
    consumer.close()


def topics(kafka: KafkaResource) -> dict[DocumentKind, str]:
    return {kind: kafka.topic_name(kind) for kind in KINDS}


def run(client: Client, kafka: KafkaResource, consumer: Consumer, **more: int) -> dict[DocumentKind, IngestionResult]:
    return dict(
        ingest(client, consumer, freeze_ranges(client, kafka.administration(), topics(kafka)), guard=unguarded, **more)
    )


def offsets(client: Client, kind: DocumentKind) -> list[tuple[int, int]]:
    rows = client.query(f"SELECT kafka_partition, kafka_offset FROM raw.{kind.name} ORDER BY ALL").result_rows
    return [tuple(row) for row in rows]


def numbered(count: int) -> list[tuple[bytes, bytes]]:
    """Products, which ClickHouse cleans in a third of the time of purchases."""
    return [(f"prd-{number:05d}".encode(), f'{{"id": "prd-{number:05d}"}}'.encode()) for number in range(count)]


def test_messages_arrive_as_they_lay_and_only_once(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(STORES, (b"store-1", '{"store_id": "Ё"}'.encode()), (b"store-2", None), (None, b"\xff\x00"), (b"\xfe", b""))
    publish(STORES, (b"store-3", b"{}"), headers=[("source_time", b"soon"), ("operation", b"delete")])
    reports = run(client, kafka, consumer)
    assert (reports[STORES].messages, reports[STORES].tombstones) == (5, 1)
    columns = "hex(id), hex(payload), operation, bitShiftRight(source_time, 32) - toUnixTimestamp(kafka_timestamp)"
    rows = client.query(f"SELECT {columns} FROM raw.stores").result_rows
    by_key = {bytes.fromhex(row[0]): (bytes.fromhex(row[1]), *row[2:]) for row in rows}
    seconds = by_key[b"store-1"][2]
    assert by_key == {
        b"store-1": ('{"store_id": "Ё"}'.encode(), "insert", seconds),
        b"store-2": (b"", "delete", seconds),
        b"": (b"\xff\x00", "insert", seconds),
        b"\xfe": (b"", "insert", seconds),
        b"store-3": (b"{}", "unknown", 0),
    }
    assert seconds < -1000  # the time of the source, not of the message
    description = kafka.administration().describe([kafka.topic_name(STORES)])[kafka.topic_name(STORES)]
    rows = client.query("SELECT DISTINCT kafka_topic, kafka_topic_id FROM raw.stores").result_rows
    assert rows == [(description.name, description.topic_id)]
    assert run(client, kafka, consumer)[STORES].messages == 0
    assert len(offsets(client, STORES)) == 5


def test_a_run_reads_what_was_there_at_its_start(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(PRODUCTS, *numbered(30))
    plan = freeze_ranges(client, kafka.administration(), topics(kafka))
    publish(PRODUCTS, *numbered(50))
    assert ingest(client, consumer, plan, guard=unguarded)[PRODUCTS].messages == 30
    assert run(client, kafka, consumer)[PRODUCTS].messages == 50


def test_two_threads_insert_what_is_worth_it_each_offset_once(
    client: Client, kafka: KafkaResource, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "WORTH_A_THREAD", 50)
    threads: set[int] = set()
    original = raw_inserts.insert

    def noted(*arguments: Any) -> None:
        threads.add(threading.get_ident())
        original(*arguments)

    monkeypatch.setattr(raw_inserts, "insert", noted)
    publish(PRODUCTS, *numbered(100))
    publish(STORES, (b"store-1", b"{}"))
    results = ingest_topics(client, kafka, maximum_rows=25, guard=unguarded)
    assert (len(threads), results[PRODUCTS].messages, results[STORES].messages) == (2, 100, 1)
    assert len(set(offsets(client, PRODUCTS))) == len(offsets(client, PRODUCTS)) == 100
    assert ingest_topics(client, kafka, guard=unguarded)[PRODUCTS].messages == 0


def test_a_thread_that_fails_stops_the_other_and_nothing_is_left_out_afterwards(
    client: Client, kafka: KafkaResource, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "WORTH_A_THREAD", 0)
    publish(PRODUCTS, *numbered(200))
    calls = itertools.count()

    def lost_soon() -> None:
        if next(calls) == 3:
            raise LeaseLostError("another run holds it now")

    with pytest.raises(LeaseLostError, match="another run"):
        ingest_topics(client, kafka, guard=lost_soon, maximum_rows=5)
    inserted = offsets(client, PRODUCTS)
    assert 0 < len(inserted) < 200
    for partition in {partition for partition, _ in inserted}:
        of_partition = sorted(offset for found, offset in inserted if found == partition)
        assert of_partition == list(range(len(of_partition)))  # no block without those before it
    assert ingest_topics(client, kafka, guard=unguarded)[PRODUCTS].messages == 200 - len(inserted)


@given(
    sizes=st.dictionaries(st.sampled_from(KINDS), st.lists(st.integers(1, 1000), max_size=6)), parts=st.integers(1, 5)
)
def test_a_plan_is_divided_into_parts_of_about_the_same_size(sizes: dict[DocumentKind, list[int]], parts: int) -> None:
    ranges = {
        kind: [OffsetRange(kind.name, "id", partition, 5, 5 + size) for partition, size in enumerate(of_kind)]
        for kind, of_kind in sizes.items()
    }
    plan = IngestionPlan("token", "broker", ranges, ())
    divided = plan.divided(parts)
    assert 1 <= len(divided) <= parts
    found = [wanted for part in divided for of_kind in part.ranges.values() for wanted in of_kind]
    assert sorted(found, key=repr) == sorted((one for of_kind in ranges.values() for one in of_kind), key=repr)
    largest = max((wanted.size for wanted in found), default=0)
    assert max(part.size for part in divided) <= plan.size / parts + largest


def test_batches_are_bounded_by_rows_and_by_bytes(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(PRODUCTS, *numbered(100))
    report = run(client, kafka, consumer, maximum_rows=10)[PRODUCTS]
    assert report.blocks >= 10
    publish(PRODUCTS, *[(b"prd-1", b"x" * 1000)] * 10)  # one key, one partition
    assert run(client, kafka, consumer, maximum_bytes=2500)[PRODUCTS].blocks == 5
    assert len(offsets(client, PRODUCTS)) == 110


def test_the_time_that_a_block_takes_to_insert_is_no_silence_of_the_broker(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(PRODUCTS, *[(b"prd-1", b"{}")] * 5)  # one key, one partition
    plan = freeze_ranges(client, kafka.administration(), topics(kafka))
    (wanted,) = plan.ranges[PRODUCTS]
    inserting = 0.0
    monkeypatch.setattr(raw_inserts, "monotonic", lambda: monotonic() + inserting)
    monkeypatch.setattr(raw_inserts, "POLL_MESSAGES", 1)
    received = 0
    for _ in read_messages(consumer, wanted, plan.broker):
        received += 1
        inserting += 2 * raw_inserts.BROKER_TIMEOUT_SECONDS
    assert received == 5


def test_a_block_that_is_inserted_again_adds_nothing(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    document = b'{"id": "prd-1", "name": "a", "group": "b", "price": 1}'
    publish(PRODUCTS, (b"prd-1", document), (b"prd-1", document), (b"prd-1", b"{}"))
    plan = freeze_ranges(client, kafka.administration(), topics(kafka))
    (wanted,) = plan.ranges[PRODUCTS]
    (batch,) = batches(read_messages(consumer, wanted, plan.broker), maximum_rows=100, maximum_bytes=10_000)
    for _ in range(3):
        insert(client, plan.fencing_token, PRODUCTS, wanted.topic_id, batch)
        for table in ("raw.products", "mart.product_versions"):
            rows = client.query(f"SELECT count(), uniqExact(kafka_offset) FROM {table}").result_rows
            assert rows in ([(3, 3)], [(1, 1)])  # versions of one id in one block are one row
        assert client.query("SELECT count() FROM mart.reject_versions").result_rows == [(1,)]


def test_a_block_that_comes_after_another_run_has_begun_adds_nothing(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(PRODUCTS, *numbered(30))
    overtaken = freeze_ranges(client, kafka.administration(), topics(kafka))
    newer = freeze_ranges(client, kafka.administration(), topics(kafka))
    with pytest.raises(FencedOffError, match=r"partition \d+, offsets 0 to \d+ was refused"):
        ingest(client, consumer, overtaken, guard=unguarded)
    assert offsets(client, PRODUCTS) == []
    assert ingest(client, consumer, newer, guard=unguarded)[PRODUCTS].messages == 30
    with pytest.raises(FencedOffError):
        ingest(client, consumer, overtaken, guard=unguarded)
    assert len(offsets(client, PRODUCTS)) == 30


@pytest.mark.slow
def test_killed_runs_are_finished_by_later_ones(
    settings: Settings, client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(PRODUCTS, *numbered(2500))
    # Without Dagster's resources, which take seconds to import.
    script = f"""
import clickhouse_connect
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient
from shop_assets.documents.kinds import PRODUCTS
from shop_assets.settings import Settings
from shop_assets.topics.administration import TopicAdministration
from shop_assets.warehouse.raw.raw_inserts import CONSUMER_CONFIGURATION, ingest
from shop_assets.warehouse.raw.ingestion_plan import freeze_ranges
from shop_assets_tests.kafka_clients import as_pipeline
settings = Settings.load()
client = clickhouse_connect.get_client(
    host=settings.clickhouse_host, port=settings.clickhouse_port, username=settings.clickhouse_user,
    password=settings.clickhouse_password.get_secret_value(), autogenerate_session_id=False)
administration = TopicAdministration(AdminClient(as_pipeline(settings)), settings.kafka_bootstrap_servers)
consumer = Consumer({{**as_pipeline(settings), "group.id": "killed", **CONSUMER_CONFIGURATION}})
plan = freeze_ranges(client, administration, {{PRODUCTS: {kafka.topic_name(PRODUCTS)!r}}})
ingest(client, consumer, plan, maximum_rows=40)
"""
    for wanted in (100, 600):
        process = subprocess.Popen([sys.executable, "-c", script], env=os.environ | variables(settings))
        deadline = monotonic() + 60
        while len(offsets(client, PRODUCTS)) < wanted and monotonic() < deadline:
            sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    before = len(offsets(client, PRODUCTS))
    assert 600 <= before < 2500
    run(client, kafka, consumer, maximum_rows=700)
    found = offsets(client, PRODUCTS)
    assert (len(found), len(set(found))) == (2500, 2500)
    # None of these documents has what a product requires: each must lie among the rejects, once.
    assert client.query("SELECT count(), uniqExact(id) FROM mart.rejects").result_rows == [(2500, 2500)]


def test_an_insert_that_a_killed_run_left_behind_is_waited_for(client: Client, settings: Settings) -> None:
    slow = "INSERT INTO raw.stores (id, kafka_offset) SELECT 'a', number + sleepEachRow(0.5) FROM numbers(4)"
    with (
        clickhouse_resource(settings).process_config_and_initialize_cm() as warehouse,
        warehouse.client() as other,
        ThreadPoolExecutor(1) as threads,
    ):
        running = threads.submit(other.command, slow, settings={"max_block_size": 1})
        while not running_inserts(client):
            assert not running.done()
        with pytest.raises(WarehouseError, match="another run of clickhouse_raw is writing"):
            wait_for_inserts(client, timeout_seconds=0.3)
        wait_for_inserts(client)
        assert client.query("SELECT count() FROM raw.stores").result_rows == [(4,)]


def test_a_re_created_topic_is_read_from_its_start(
    settings: Settings, client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(STORES, (b"store-1", b"{}"), (b"store-1", b"{}"))
    run(client, kafka, consumer)
    delete_topics(settings, STORES)
    kafka.ensure_topics()
    publish(STORES, (b"store-1", b"{}"))
    assert run(client, kafka, consumer)[STORES].messages == 1
    assert client.query("SELECT count(), uniqExact(kafka_topic_id) FROM raw.stores").result_rows == [(3, 2)]


def test_expired_messages_are_reported_and_can_be_accepted_as_lost(
    settings: Settings, client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(STORES, (b"store-1", b"{}"))
    run(client, kafka, consumer)
    ((partition, first),) = offsets(client, STORES)
    publish(STORES, *[(b"store-1", b"{}")] * 5)
    delete_records(settings, STORES, partition, first + 4)
    wanted = rf"{kafka.topic_name(STORES)}, partition {partition}: offsets 1 to 3 are missing"
    for _ in range(2):
        with pytest.raises(OffsetGapError, match=wanted):
            freeze_ranges(client, kafka.administration(), topics(kafka))
    assert len(offsets(client, STORES)) == 1

    plan = freeze_ranges(client, kafka.administration(), topics(kafka), accept_missing=True)
    assert [(gap.partition, gap.first, gap.end) for gap in plan.gaps] == [(partition, 1, 4)]
    ingest(client, consumer, plan, guard=unguarded)
    assert offsets(client, STORES) == [(partition, 0), (partition, 4), (partition, 5)]
    assert run(client, kafka, consumer)[STORES].messages == 0


def test_a_gap_at_the_end_of_a_partition_is_given_up_once_for_all(
    settings: Settings, client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(STORES, *[(b"store-1", b"{}")] * 3)
    (lost,) = freeze_ranges(client, kafka.administration(), topics(kafka)).ranges[STORES]
    delete_records(settings, STORES, lost.partition, 3)
    freeze_ranges(client, kafka.administration(), topics(kafka), accept_missing=True)
    assert run(client, kafka, consumer)[STORES].messages == 0
    publish(STORES, (b"store-1", b"{}"))
    assert run(client, kafka, consumer)[STORES].messages == 1


def test_a_broker_that_lost_messages_is_reported(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(STORES, (b"store-1", b"{}"))
    run(client, kafka, consumer)
    client.command(
        "INSERT INTO raw.stores SELECT * REPLACE (kafka_offset + 10 AS kafka_offset) FROM raw.stores "
        "SETTINGS insert_deduplicate = 0"
    )
    with pytest.raises(OffsetGapError, match=r"RAW has offsets up to 10, but Kafka ends at 0"):
        freeze_ranges(client, kafka.administration(), topics(kafka))


def test_a_missing_topic_is_reported(client: Client, settings: Settings) -> None:
    with (
        kafka_resource(settings).process_config_and_initialize_cm() as kafka,
        pytest.raises(WarehouseError, match=r"no topic .*customers.* kafka_topics_loaded"),
    ):
        freeze_ranges(client, kafka.administration(), topics(kafka))


def test_the_group_of_the_warehouse_shows_how_far_raw_is(
    client: Client, kafka: KafkaResource, publish: Publish, consumer: Consumer
) -> None:
    publish(PRODUCTS, *[(b"prd-1", b"{}")] * 4)
    run(client, kafka, consumer)
    ((partition, _), *_) = offsets(client, PRODUCTS)
    (committed,) = consumer.committed([TopicPartition(kafka.topic_name(PRODUCTS), partition)], timeout=10)
    assert committed.offset == 4
