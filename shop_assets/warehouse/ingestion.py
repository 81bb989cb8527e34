"""Kafka to RAW, each message once: ranges of offsets that are frozen at the start, inserted as single blocks.

A block is inserted under a token made of its topic id, partition and offsets, so that an insert that is repeated after
a lost answer adds nothing, neither to RAW nor, through the materialized views, to MART. Where reading starts is what
RAW says (`offsets.py`): a run that was killed anywhere is finished by the next one.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from shop_assets.coordination.lease import Guard, unguarded
from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.errors import BrokerTimeoutError, FencedOffError, KafkaReadError, OffsetGapError
from shop_assets.warehouse.messages import (
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
from shop_assets.warehouse.offset_ranges import IngestionPlan
from shop_assets.warehouse.offsets import OffsetRange, next_offset

CONSUMER_CONFIGURATION: Final = {
    # Compaction and transactions leave offsets without a message: only this event tells that nothing more will come.
    "enable.partition.eof": True,
    # Silently going on at the oldest message would hide what retention took away while we read.
    "auto.offset.reset": "error",
    "queued.max.messages.kbytes": 32 * 1024,
    # The broker answers a fetch at the end of a partition after this time, and the next partition waits behind it.
    "fetch.wait.max.ms": 10,
}

POLL_MESSAGES: Final = 1000
POLL_SECONDS: Final = 0.05
"""A poll that cannot be filled waits this long: a short one, because every partition ends with it."""

BROKER_TIMEOUT_SECONDS: Final = 60.0
"""Without any message: an embedded broker is back 8 s after a crash, a cluster has a new leader in less than 30 s."""

# These names are public in librdkafka; the underscore only says that the client, not the broker, makes the error.
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
"""Waiting does not help. Any other error may pass: librdkafka connects and asks again by itself."""

INSERT_SETTINGS: Final = {
    "async_insert": 0,  # an asynchronous insert would be answered before it is on disk
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
}

FENCED_OFF: Final = "fenced off by a newer writer"

# What stands in the braces are our own names, and a writer's, which is hexadecimal.
_INSERTING: Final = """
INSERT INTO raw.{table} ({columns})
SELECT {columns}
FROM input('{structure}')
WHERE throwIf((SELECT max((generation, writer)).2 FROM raw.writers) != '{writer}', '{fenced_off}') = 0
ORDER BY ALL
FORMAT Arrow
"""
# Sorted by all, because some releases heed a token only where the rows come in a certain order; by the offset first,
# because it decides alone.
_SENT: Final = ("kafka_offset", *(name for name in COLUMNS if name != "kafka_offset"))

logger = logging.getLogger(__name__)


@dataclass
class IngestionReport:
    """What came to a RAW table in a run."""

    messages: int = 0
    tombstones: int = 0
    bytes: int = 0
    blocks: int = 0


def ingest(
    client: Client,
    consumer: Consumer,
    plan: IngestionPlan,
    *,
    guard: Guard = unguarded,
    maximum_rows: int = MAXIMUM_ROWS,
    maximum_bytes: int = MAXIMUM_BYTES,
) -> Mapping[DocumentKind, IngestionReport]:
    """Brings the plan's ranges to RAW; holds one batch in memory. `guard` is called before each block.

    Raises KafkaReadError when Kafka stops answering, OffsetGapError when it threw messages away meanwhile, and what
    `guard` raises. What was inserted before stays.
    """
    reports: dict[DocumentKind, IngestionReport] = {}
    _fetch_metadata(consumer, plan)
    for kind, ranges in plan.ranges.items():
        reports[kind] = IngestionReport()
        for wanted in ranges:
            for batch in batches(
                read_messages(consumer, wanted, plan.broker), maximum_rows=maximum_rows, maximum_bytes=maximum_bytes
            ):
                guard()
                insert(client, plan.fencing_token, kind, wanted.topic_id, batch)
                _count(reports[kind], batch)
                del batch  # or it would stand in memory beside the next one
            _commit(client, consumer, kind, wanted)
    return reports


def read_messages(consumer: Consumer, wanted: OffsetRange, broker: str) -> Iterator[Message]:
    """The messages of a range in order, as many as there are."""
    consumer.assign([TopicPartition(wanted.topic, wanted.partition, wanted.first)])
    trouble: KafkaError | None = None
    try:
        last_sign = monotonic()
        while monotonic() - last_sign < BROKER_TIMEOUT_SECONDS:
            for message in consumer.consume(POLL_MESSAGES, POLL_SECONDS):
                error = message.error()
                if error is not None and error.code() == END_OF_PARTITION:
                    return
                if error is not None:
                    trouble = error
                    _raise_if_final(error, wanted)
                    continue
                last_sign = monotonic()
                offset = message.offset() or 0
                if offset < wanted.end:
                    yield message
                if offset >= wanted.end - 1:
                    return
    finally:
        consumer.unassign()
    raise BrokerTimeoutError(
        f"Kafka at {broker} gave no message of {_place(wanted)} for {BROKER_TIMEOUT_SECONDS:.0f} s, before offset "
        f"{wanted.end} ({trouble.str() if trouble else 'without an error'}). Is the broker running (`shop status`)? "
        "What came before is in RAW: run this step again when it is back."
    )


def insert(client: Client, writer: str, kind: DocumentKind, topic_id: str, batch: Batch) -> None:
    """Inserts a batch of one partition as one block; the same batch a second time adds nothing.

    Raises FencedOffError when RAW takes blocks of a newer writer by now. It is asked as the block goes in: between
    any question before and the insert this process could be paused.
    """
    first, last = batch[0], batch[-1]
    token = f"{topic_id}:{first.partition()}:{first.offset()}-{last.offset()}"
    statement = _INSERTING.format(
        table=kind.name,
        columns=", ".join(_SENT),
        structure=", ".join(f"{name} {type_name}" for name, type_name in COLUMNS.items()),
        writer=writer,
        fenced_off=FENCED_OFF,
    )
    try:
        client.raw_insert(
            "",  # the statement names its table itself
            insert_block=statement.encode() + arrow_file(arrow_table(batch, topic_id, datetime.now(UTC))),
            settings=INSERT_SETTINGS | {"insert_deduplication_token": token},
        )
    except DatabaseError as error:
        if FENCED_OFF not in str(error):
            raise
        raise FencedOffError(
            f"Another run began to write RAW while this one was silent (paused, or cut off): its block of topic "
            f"{first.topic()}, partition {first.partition()}, offsets {first.offset()} to {last.offset()} was not "
            "taken. RAW is right; let the other run end, then run this again."
        ) from error


def _fetch_metadata(consumer: Consumer, plan: IngestionPlan) -> None:
    # Fetches the metadata of all topics at once; asked for one by one, each of them takes more than half a second.
    wanted = [rng for ranges in plan.ranges.values() for rng in ranges]
    consumer.assign([TopicPartition(rng.topic, rng.partition, rng.first) for rng in wanted])
    consumer.unassign()


def _raise_if_final(error: KafkaError, wanted: OffsetRange) -> None:
    if error.code() in OUT_OF_RANGE:
        raise OffsetGapError(f"Kafka threw messages of {_place(wanted)} away while they were read. Run it again.")
    if error.fatal() or error.code() in REFUSED:
        raise KafkaReadError(
            f"Kafka refused to give {_place(wanted)}: {error.str()}. Look at the SHOP_KAFKA_ settings and at the "
            "user's rights. What came before is in RAW."
        )


def _place(wanted: OffsetRange) -> str:
    return f"topic {wanted.topic}, partition {wanted.partition}"


def _commit(client: Client, consumer: Consumer, kind: DocumentKind, wanted: OffsetRange) -> None:
    reached = next_offset(client, kind, wanted.topic_id, wanted.partition)
    if reached <= wanted.first:
        # Nothing to read (offsets of a transaction or of compacted messages), or rows that RAW's deduplication window
        # remembers although somebody deleted them: then every run would read them again, for nothing.
        logger.warning("RAW took no message of %s from offset %s on", _place(wanted), wanted.first)
        return
    try:
        consumer.commit(offsets=[TopicPartition(wanted.topic, wanted.partition, reached)], asynchronous=False)
    except KafkaException as error:
        # Only displays of the lag read it.
        logger.warning("The group's offset for %s was not committed: %s", _place(wanted), error)


def _count(report: IngestionReport, batch: Batch) -> None:
    report.messages += len(batch)
    report.blocks += 1
    report.bytes += sum(message_bytes(message) for message in batch)
    report.tombstones += sum(operation(message) == DELETE for message in batch)
