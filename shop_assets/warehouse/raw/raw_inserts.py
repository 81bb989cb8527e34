"""Kafka to RAW, each message once: ranges of offsets that are frozen at the start, inserted as single blocks.

A block is inserted under a token made of its topic id, partition and offsets, so that an insert that is repeated after
a lost response adds nothing, neither to RAW nor, through the materialized views, to MART. RAW itself determines where
reading starts (`raw_offsets.py`): the next run finishes one that was killed at any point.
"""

import logging
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import monotonic
from typing import Final

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from shop_assets.coordination import progress
from shop_assets.coordination.lease import Guard
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.warehouse.errors import BrokerTimeoutError, FencedOffError, KafkaReadError, OffsetGapError
from shop_assets.warehouse.raw.ingestion_plan import IngestionPlan
from shop_assets.warehouse.raw.raw_offsets import OffsetRange, next_offset
from shop_assets.warehouse.raw.raw_rows import (
    COLUMNS,
    DELETE,
    MAXIMUM_BYTES,
    MAXIMUM_ROWS,
    Batch,
    arrow_file,
    arrow_table,
    batches,
    message_bytes,
    operation,
)
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.statement_settings import cleaning_settings

CONSUMER_CONFIGURATION: Final = {
    # Compaction and transactions leave offsets without a message: only this event says that the end is reached.
    "enable.partition.eof": True,
    # Continuing at the oldest message would hide what Kafka deleted in the meantime.
    "auto.offset.reset": "error",
    "queued.max.messages.kbytes": 32 * 1024,
    # The broker responds to a fetch at the end of a topic partition after this time, and the next one has to wait.
    "fetch.wait.max.ms": 10,
}

POLL_MESSAGES: Final = 1000
POLL_SECONDS: Final = 0.05
"""A poll that cannot be filled waits this long: a short one, because every topic partition ends with it."""

BROKER_TIMEOUT_SECONDS: Final = 60.0
"""Without any message: an embedded broker is back 8 s after a crash, a cluster has a new leader in less than 30 s."""

# These names are public in librdkafka; the underscore only says that the client, not the broker, raises the error.
END_OF_PARTITION: Final = KafkaError._PARTITION_EOF  # noqa: SLF001
OUT_OF_RANGE: Final = frozenset({KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET})  # noqa: SLF001
REFUSED: Final = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001
        KafkaError._AUTHENTICATION,  # noqa: SLF001
    }
)
"""Errors that waiting does not cure. librdkafka reconnects and retries after any other one."""

INSERT_SETTINGS: Final = {
    "async_insert": 0,  # an asynchronous insert would be answered before it is on disk
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
}

FENCED_OFF: Final = "fenced off by a newer writer"

# The offset first: it decides how the rows of a block are sorted.
_COLUMNS: Final = {"kafka_offset": COLUMNS["kafka_offset"], **COLUMNS}

LOGGER: Final = logging.getLogger(__name__)


@dataclass
class IngestionResult:
    """What a run inserted into a RAW table; `bytes` are those of keys and values."""

    messages: int = 0
    tombstones: int = 0
    bytes: int = 0
    blocks: int = 0

    def add(self, other: "IngestionResult") -> None:
        """Add what another thread inserted.

        Args:
            other: Its result for the same table.
        """
        self.messages += other.messages
        self.tombstones += other.tombstones
        self.bytes += other.bytes
        self.blocks += other.blocks


def ingest(
    client: Client,
    consumer: Consumer,
    plan: IngestionPlan,
    *,
    guard: Guard,
    maximum_rows: int = MAXIMUM_ROWS,
    maximum_bytes: int = MAXIMUM_BYTES,
) -> Mapping[DocumentKind, IngestionResult]:
    """Insert the ranges of a plan into RAW, one block after the other.

    Args:
        client: A client of the warehouse.
        consumer: A consumer with `CONSUMER_CONFIGURATION`, without an assignment.
        plan: The ranges to read.
        guard: Called before each block; what it raises ends the ingestion.
        maximum_rows: How many messages a block has at most.
        maximum_bytes: How many bytes of keys and values a block has at most; a single message may be larger.

    Returns:
        A result for each kind.

    Raises:
        KafkaReadError: Kafka refuses, or stops delivering. What was inserted before stays.
        OffsetGapError: Kafka deleted messages while they were read.
        FencedOffError: Another run has become the writer of RAW.
    """
    results: dict[DocumentKind, IngestionResult] = {}
    _fetch_metadata(consumer, plan)
    for kind, ranges in plan.ranges.items():
        results[kind] = IngestionResult()
        for wanted in ranges:
            with closing(read_messages(consumer, wanted, plan.broker)) as messages:
                for batch in batches(messages, maximum_rows=maximum_rows, maximum_bytes=maximum_bytes):
                    guard()
                    insert(client, plan.fencing_token, kind, wanted.topic_id, batch)
                    _count(results[kind], batch)
                    progress.advance(len(batch))
                    del batch  # or it would be in memory together with the next one
            _commit(client, consumer, kind, wanted)
    return results


def read_messages(consumer: Consumer, wanted: OffsetRange, broker: str) -> Generator[Message, None, None]:
    """Read the messages of a range.

    Args:
        consumer: A consumer with `CONSUMER_CONFIGURATION`.
        wanted: The range.
        broker: Where Kafka is, for the error's message.

    Yields:
        The messages in order; fewer than the range has offsets where the topic has holes.

    Raises:
        BrokerTimeoutError: Kafka delivers nothing for `BROKER_TIMEOUT_SECONDS`.
        KafkaReadError: Kafka refuses.
        OffsetGapError: Kafka deleted messages of the range.
    """
    consumer.assign([TopicPartition(wanted.topic, wanted.partition, wanted.first)])
    last_error: KafkaError | None = None
    try:
        last_message_at = monotonic()
        while monotonic() - last_message_at < BROKER_TIMEOUT_SECONDS:
            for message in consumer.consume(POLL_MESSAGES, POLL_SECONDS):
                error = message.error()
                if error is not None and error.code() == END_OF_PARTITION:
                    return
                if error is not None:
                    last_error = error
                    _raise_if_final(error, wanted)
                    continue
                offset = message.offset() or 0
                if offset < wanted.end:
                    yield message
                last_message_at = monotonic()  # after the yield: meanwhile a block may have been inserted
                if offset >= wanted.end - 1:
                    return
    finally:
        consumer.unassign()
    raise BrokerTimeoutError(
        f"Kafka at {broker} delivered no message from {_place(wanted)} for {BROKER_TIMEOUT_SECONDS:.0f} s, before "
        f"offset {wanted.end} ({last_error.str() if last_error else 'without an error'}). Is the broker running (`shop "
        "status`)? Earlier messages are in RAW: run this step again when it is back."
    )


def insert(client: Client, fencing_token: str, kind: DocumentKind, topic_id: str, batch: Batch) -> None:
    """Insert a batch as one block; the same batch a second time adds nothing.

    Args:
        client: A client of the warehouse.
        fencing_token: The token of this run. ClickHouse checks it while it inserts the block: between a check before
            and the insert this process could be paused.
        kind: The kind, which names the table.
        topic_id: Kafka's id of the topic.
        batch: Messages of one topic partition, in order.

    Raises:
        FencedOffError: Another run has become the writer of RAW.
    """
    first, last = batch[0], batch[-1]
    token = f"{topic_id}:{first.partition()}:{first.offset()}-{last.offset()}"
    statement = _insertion(kind, fencing_token)
    size = sum(message_bytes(message) for message in batch)
    try:
        client.raw_insert(
            "",  # the statement names its table itself
            insert_block=statement + arrow_file(arrow_table(batch, topic_id, datetime.now(UTC))),
            settings={**INSERT_SETTINGS, **cleaning_settings(size), "insert_deduplication_token": token},
        )
    except DatabaseError as error:
        if FENCED_OFF not in str(error):
            raise
        raise FencedOffError(
            f"Another run became the writer of RAW while this one was paused or cut off: its block of topic "
            f"{first.topic()}, partition {first.partition()}, offsets {first.offset()} to {last.offset()} was refused. "
            "RAW is consistent: run this again when the other run has finished."
        ) from error


@lru_cache(maxsize=len(KINDS))
def _insertion(kind: DocumentKind, fencing_token: str) -> bytes:
    """The statement before the rows of a block."""
    query = load_query("raw_offsets/insert_block", kind, columns=_COLUMNS, writer=fencing_token, refusal=FENCED_OFF)
    return f"{query.statement}\n".encode()


def _fetch_metadata(consumer: Consumer, plan: IngestionPlan) -> None:
    # Fetches the metadata of all topics at once: one by one, each request takes more than half a second.
    wanted = [offsets for ranges in plan.ranges.values() for offsets in ranges]
    consumer.assign([TopicPartition(offsets.topic, offsets.partition, offsets.first) for offsets in wanted])
    consumer.unassign()


def _raise_if_final(error: KafkaError, wanted: OffsetRange) -> None:
    if error.code() in OUT_OF_RANGE:
        raise OffsetGapError(f"Kafka deleted messages of {_place(wanted)} while they were read. Run this again.")
    if error.fatal() or error.code() in REFUSED:
        raise KafkaReadError(
            f"Kafka refused to deliver {_place(wanted)}: {error.str()}. Check the SHOP_KAFKA_ settings and the user's "
            "rights. Earlier messages are in RAW."
        )


def _place(wanted: OffsetRange) -> str:
    return f"topic {wanted.topic}, partition {wanted.partition}"


def _commit(client: Client, consumer: Consumer, kind: DocumentKind, wanted: OffsetRange) -> None:
    reached = next_offset(client, kind, wanted.topic_id, wanted.partition)
    if reached <= wanted.first:
        # Nothing to read (offsets of a transaction or of compacted messages), or rows that were deleted while RAW's
        # deduplication window still has them: then every run reads them again, for nothing.
        LOGGER.warning("RAW received no message of %s from offset %s", _place(wanted), wanted.first)
        return
    try:
        consumer.commit(offsets=[TopicPartition(wanted.topic, wanted.partition, reached)], asynchronous=False)
    except KafkaException as error:
        # Only displays of the lag use it.
        LOGGER.warning("The group's offset for %s was not committed: %s", _place(wanted), error)


def _count(result: IngestionResult, batch: Batch) -> None:
    result.messages += len(batch)
    result.blocks += 1
    result.bytes += sum(message_bytes(message) for message in batch)
    result.tombstones += sum(operation(message) == DELETE for message in batch)
