"""From the topics to RAW in one call: which offsets are read, by which consumer, with which limits.

This module only wires the parts together. Reading and inserting are in `raw_inserts.py`, the ranges of offsets in
`ingestion_plan.py`.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from typing import Final

from clickhouse_connect.driver.client import Client
from confluent_kafka import KafkaException, TopicPartition

from shop_assets.coordination import progress
from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.topics.administration import REQUEST_TIMEOUT_SECONDS, TopicPartitionKey
from shop_assets.topics.errors import translated_error
from shop_assets.topics.positions import require_positions
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.raw.ingestion_plan import IngestionPlan, freeze_ranges
from shop_assets.warehouse.raw.raw_inserts import CONSUMER_CONFIGURATION, IngestionResult, ingest
from shop_assets.warehouse.raw.raw_offsets import last_positions
from shop_assets.warehouse.raw.raw_rows import MAXIMUM_ROWS

CONSUMER_GROUP: Final = "shop_assets.clickhouse_raw"
"""Its committed offsets are for displays of the lag; RAW itself knows which offset comes next."""

INSERTERS: Final = 2
"""Threads that insert: ClickHouse cleans a block on one core. Each needs 300 to 400 MB there."""

WORTH_A_THREAD: Final = 20_000
"""Messages: a second consumer needs half a second before it reads."""

LOGGER: Final = logging.getLogger(__name__)


def committed_offsets(kafka: KafkaResource, partitions: Iterable[TopicPartitionKey]) -> dict[TopicPartitionKey, int]:
    """Read how far RAW had read, as its consumer group has it: for explanations, because Kafka may have forgotten it.

    Args:
        kafka: The cluster.
        partitions: Topic names and partitions.

    Returns:
        The next offset of each partition; 0 where none is committed.

    Raises:
        TopicsError: Kafka did not respond, or refused.
    """
    wanted = [TopicPartition(topic, partition) for topic, partition in partitions]
    with closing(kafka.consumer(CONSUMER_GROUP)) as consumer:
        try:
            answer = consumer.committed(wanted, timeout=REQUEST_TIMEOUT_SECONDS)
        except KafkaException as error:
            message = f"Kafka at {kafka.bootstrap_servers}: reading the offsets of {CONSUMER_GROUP} failed"
            raise translated_error(message, error.args[0]) from error
    return {(found.topic, found.partition): max(0, found.offset) for found in answer}


def ingest_topics(
    client: Client,
    kafka: KafkaResource,
    *,
    accept_missing: bool = False,
    guard: Guard,
    notify: Callable[[str], object] = LOGGER.warning,
    maximum_rows: int = MAXIMUM_ROWS,
) -> Mapping[DocumentKind, IngestionResult]:
    """Insert into RAW every message that the topics hold now and RAW lacks.

    Args:
        client: A client of the warehouse, whose tables exist.
        kafka: The cluster of the topics, and their names.
        accept_missing: Record offsets that Kafka no longer has as accepted gaps instead of failing.
        guard: Called before each block; raises when this run may no longer write.
        notify: Told once about each gap that is accepted.
        maximum_rows: The largest number of rows in a block.

    Returns:
        What was inserted, by kind.

    Raises:
        OffsetGapError: Kafka has dropped messages that RAW still needs.
        TopicRestoredError: Kafka ends before RAW does, or has other messages than those that RAW read.
        WarehouseError: Kafka or ClickHouse stopped responding. What was inserted before stays.
        TopicsError: Kafka did not respond, or refused.
    """
    topics = {kind: kafka.topic_name(kind) for kind in KINDS}
    _require_same_topics(client, kafka, topics)
    plan = freeze_ranges(client, kafka.administration(), topics, accept_missing=accept_missing)
    for gap in plan.gaps:
        notify(f"lost: {gap.topic}, partition {gap.partition}, offsets {gap.first} to {gap.end - 1}")
    progress.expect(plan.size)
    parts = plan.divided(1 if plan.size < WORTH_A_THREAD else INSERTERS)
    return _ingest_at_once(client, kafka, parts, guard, maximum_rows)


def _ingest_at_once(
    client: Client, kafka: KafkaResource, parts: Sequence[IngestionPlan], guard: Guard, maximum_rows: int
) -> Mapping[DocumentKind, IngestionResult]:
    """Insert the parts of a plan, each in a thread with a consumer of its own; if one fails, the others stop too."""
    failed = threading.Event()

    def guarded() -> None:
        if failed.is_set():
            raise _OtherPartFailedError
        guard()

    def insert(part: IngestionPlan) -> Mapping[DocumentKind, IngestionResult]:
        try:
            with closing(kafka.consumer(CONSUMER_GROUP, **CONSUMER_CONFIGURATION)) as consumer:
                return ingest(client, consumer, part, guard=guarded, maximum_rows=maximum_rows)
        except BaseException:
            failed.set()
            raise

    results = {kind: IngestionResult() for kind in parts[0].ranges}
    with ThreadPoolExecutor(len(parts)) as threads:
        running = [threads.submit(copy_context().run, insert, part) for part in parts]
        try:
            errors = [error for future in running if (error := future.exception()) is not None]
        except BaseException:  # the run is being terminated: only the blocks being inserted are waited for
            failed.set()
            raise
    for error in errors:
        if not isinstance(error, _OtherPartFailedError):
            raise error
    for future in running:
        for kind, result in future.result().items():
            results[kind].add(result)
    return results


class _OtherPartFailedError(Exception):
    """Another thread failed; its error is raised."""


def _require_same_topics(client: Client, kafka: KafkaResource, topics: Mapping[DocumentKind, str]) -> None:
    """The checkpoint's positions are compared before anything is sent; these also find MongoDB restored with Kafka."""
    described = kafka.administration().describe(topics.values())
    positions = [
        position
        for kind, name in topics.items()
        if name in described
        for position in last_positions(client, kind, described[name])
    ]
    require_positions(kafka, described.values(), positions, "RAW")
