"""The bare loops: what each stage could not be faster than, with the client library and the service alone.

Documents, messages and columns are ready before the clock starts. All loops use the stack of the run that was measured,
its purchases, and places of their own: a collection, a topic and a database.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import polars as pl
from bson.raw_bson import RawBSONDocument
from clickhouse_connect.driver.client import Client
from confluent_kafka import KafkaError, KafkaException, Message
from pymongo import ReplaceOne

from benchmarks.filled_stack import BATCH, OWN_NAME, FilledStack
from benchmarks.matrix import DayMatrix, published, require_equal
from shop_assets.cli.running.step_output import silent_java
from shop_assets.document_store.resource import mongo_resource
from shop_assets.features.reading import MartConnection, read_baskets, read_customers
from shop_assets.features.resource import spark_resource
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.raw.raw_rows import arrow_file, arrow_table
from shop_assets.warehouse.resource import clickhouse_resource

DOCUMENTS: Final = 50_000
"""Of one loop at most; a loop's rate does not depend on more."""

TOPIC: Final = "benchmark.purchases"


@dataclass
class LoopCosts:
    """What a loop did, and the asset whose limit it is. `is_naive`: the way in which the task is often done instead."""

    asset: str
    name: str
    documents: int
    seconds: float
    is_naive: bool = False
    is_alternative: bool = False
    """Whether it does all of the stage's work in another way, and so is no limit of it."""

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / max(self.seconds, 0.001)


def loops(settings: Settings) -> Iterator[LoopCosts]:
    """Measure all loops.

    Args:
        settings: Of the stack.

    Yields:
        The costs of each.
    """
    with mongo_resource(settings).connect() as database, clickhouse_resource(settings).client() as client:
        stack = FilledStack(settings, database, kafka_resource(settings), client)
        yield from _of_mongodb(stack)
        yield from _of_kafka(stack)
        yield from _of_clickhouse(stack)
        yield from _of_spark(stack)
        yield from _without_spark(stack)
    yield from _of_the_report(settings)


def measured(
    asset: str,
    name: str,
    documents: int,
    work: Callable[[], object],
    *,
    is_naive: bool = False,
    is_alternative: bool = False,
) -> LoopCosts:
    """Run a loop with the clock on.

    Args:
        asset: The asset whose limit it is.
        name: What it does.
        documents: How many documents it handles.
        work: The loop.
        is_naive: Whether it is the usual slow way.
        is_alternative: Whether it is all of the stage's work, done by other means.

    Returns:
        Its costs.
    """
    begun = time.monotonic()
    work()
    return LoopCosts(asset, name, documents, round(time.monotonic() - begun, 3), is_naive, is_alternative)


def _of_mongodb(stack: FilledStack) -> Iterator[LoopCosts]:
    documents = stack.purchases(DOCUMENTS)
    one_by_one = documents[:BATCH]
    place = stack.database[OWN_NAME]

    def upsert(batch: Sequence[RawBSONDocument]) -> None:
        place.bulk_write([ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in batch], ordered=False)

    place.drop()
    yield measured(
        "mongo_collections", "bulk inserts", len(documents), lambda: _each(place.insert_many, _batches(documents))
    )
    place.drop()
    few = documents[: DOCUMENTS // 5]
    yield measured("mongo_collections", "bulk upserts", len(few), lambda: _each(upsert, _batches(few)))
    place.drop()
    yield measured(
        "mongo_collections",
        "one upsert at a time",
        len(one_by_one),
        lambda: _each(lambda one: place.replace_one({"_id": one["_id"]}, one, upsert=True), one_by_one),
        is_naive=True,
    )
    place.drop()


def _of_kafka(stack: FilledStack) -> Iterator[LoopCosts]:
    messages = stack.messages(DOCUMENTS)
    ready = [(message.key(), message.value(), message.headers()) for message in messages]
    stack.kafka.administration().ensure([TOPIC], stack.kafka.specification())
    producer = stack.kafka.producer()

    def delivered(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            raise KafkaException(error)

    def produce(batch: Iterable[tuple[Any, Any, Any]]) -> None:
        for key, value, headers in batch:
            producer.produce(TOPIC, value, key, headers=headers, on_delivery=delivered)
            producer.poll(0)
        producer.flush(60)

    yield measured(
        "kafka_topics_loaded", "messages of ready bytes", len(ready), lambda: _each(produce, _batches(ready, 5000))
    )
    few = ready[: BATCH // 4]
    yield measured(
        "kafka_topics_loaded",
        "one message at a time",
        len(few),
        lambda: _each(lambda one: produce([one]), few),
        is_naive=True,
    )
    yield measured("clickhouse_raw", "reading messages alone", len(messages), lambda: stack.messages(len(messages)))


def _of_clickhouse(stack: FilledStack) -> Iterator[LoopCosts]:
    client = stack.client
    messages = stack.messages(DOCUMENTS)
    columns = arrow_file(arrow_table(messages, OWN_NAME, datetime.now(UTC)))
    client.command(f"CREATE DATABASE IF NOT EXISTS {OWN_NAME}")
    try:
        client.command(f"CREATE TABLE {OWN_NAME}.raw AS raw.purchases")
        table = f"{OWN_NAME}.raw"
        yield measured(
            "clickhouse_raw", "inserting ready columns alone", len(messages), lambda: _insert(client, table, columns)
        )
        rows = [arrow_file(arrow_table([message], OWN_NAME, datetime.now(UTC))) for message in messages[: BATCH // 10]]
        yield measured(
            "clickhouse_raw",
            "one row at a time",
            len(rows),
            lambda: _each(lambda row: _insert(client, table, row), rows),
            is_naive=True,
        )
        view = "SELECT as_select FROM system.tables WHERE database = 'mart' AND name = 'purchases_cleaning'"
        cleaning = client.query(view).first_row[0].replace("FROM raw.purchases", f"FROM {OWN_NAME}.raw")
        client.command(f"TRUNCATE TABLE {OWN_NAME}.raw")
        _insert(client, table, columns)
        client.command(f"CREATE TABLE {OWN_NAME}.clean AS mart.purchase_versions")
        column_names = ", ".join(row[0] for row in client.query(f"DESCRIBE ({cleaning})").result_rows)
        yield measured(
            "clickhouse_raw",
            "cleaning alone (INSERT SELECT)",
            len(messages),
            lambda: client.command(f"INSERT INTO {OWN_NAME}.clean ({column_names}) {cleaning}"),
        )
    finally:
        client.command(f"DROP DATABASE {OWN_NAME}")


def _of_spark(stack: FilledStack) -> Iterator[LoopCosts]:
    """What the features read, without computing anything; Spark has started, and has read once."""
    mart = MartConnection.from_settings(stack.settings)
    moment = datetime.now(UTC)
    query = "SELECT (SELECT count() FROM mart.customers) + (SELECT count() FROM mart.purchases)"
    ((documents,),) = stack.client.query(query).result_rows

    with silent_java(), spark_resource(stack.settings).on_demand() as start:
        spark = start()

        def read() -> None:
            for frame in (read_customers(spark, mart, moment), read_baskets(spark, mart, moment)):
                frame.write.format("noop").mode("overwrite").save()

        read_customers(spark, mart, moment).count()
        yield measured("customer_features_parquet", "reading MART by JDBC alone", int(documents), read)


def _without_spark(stack: FilledStack) -> Iterator[LoopCosts]:
    """The same matrix by other engines, from the same views; what differs from the publication is not measured."""
    settings = stack.settings
    report = find_report(object_store_resource(settings).reports())
    expected = published(object_store_resource(settings).features(), report.day)
    matrix = DayMatrix(report.day, settings.timezone)
    ((documents,),) = stack.client.query(f"SELECT count() FROM ({matrix.baskets})").result_rows  # noqa: S608
    for how, compute in {
        "the features by one ClickHouse query": matrix.by_clickhouse,
        "the features by polars": matrix.by_polars,
    }.items():
        require_equal(expected, compute(stack.client), how)
        work = partial(compute, stack.client)
        yield measured("customer_features_parquet", how, int(documents) + len(expected), work, is_alternative=True)


def _of_the_report(settings: Settings) -> Iterator[LoopCosts]:
    bucket = object_store_resource(settings).reports()
    content = read_report(bucket, find_report(bucket))
    table = pl.read_csv(content)
    yield measured(
        "report_csv", "polars reads and writes the CSV", len(table), lambda: pl.read_csv(content).write_csv()
    )


def _insert(client: Client, table: str, columns: bytes) -> None:
    client.raw_insert(table, insert_block=columns, fmt="Arrow")


def _each(work: Callable[[Any], object], parts: Iterable[Any]) -> None:
    for part in parts:
        work(part)


def _batches(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    return (items[begin : begin + size] for begin in range(0, len(items), size))


def shares(stages: Mapping[str, float], costs: Iterable[LoopCosts]) -> dict[str, float]:
    """How close each stage comes to the slowest of its loops.

    Args:
        stages: Documents a second by asset.
        costs: The loops.

    Returns:
        A share by asset.
    """
    limits: dict[str, float] = {}
    for cost in costs:
        if not cost.is_naive and not cost.is_alternative:
            limits[cost.asset] = min(cost.rate, limits.get(cost.asset, cost.rate))
    return {asset: round(stages[asset] / limit, 2) for asset, limit in limits.items() if asset in stages}
