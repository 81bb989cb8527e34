"""Reading messages back: ranges of offsets, for checks and for deletions that a snapshot cannot show.

Ingestion is not here: the warehouse reads topics in its own way (`warehouse/raw/raw_inserts.py`).
"""

import time
from collections.abc import Iterator, Mapping
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Delivered

from shop_assets.topics.administration import TopicPartitionKey, Watermarks
from shop_assets.topics.errors import TopicsUnavailableError, translated_error

CHECK_GROUP: Final = "shop_assets.topics"
"""The client requires a group's name; nothing is ever committed under it."""

BATCH_SIZE: Final = 500
STALL_SECONDS: Final = 30.0
"""An embedded broker is back 8 s after a crash; if nothing arrives for longer than this, nothing will."""


def newest(watermarks: Mapping[TopicPartitionKey, Watermarks], count: int) -> dict[TopicPartitionKey, Watermarks]:
    """The ranges of the newest `count` messages of every topic partition."""
    return {key: Watermarks(max(marks.low, marks.high - count), marks.high) for key, marks in watermarks.items()}


def read_ranges(consumer: Consumer, ranges: Mapping[TopicPartitionKey, Watermarks], broker: str) -> Iterator[Delivered]:
    """The messages of [low, high) of each topic partition, in order within it. The consumer is closed at the end.

    Raises TopicsError when the broker does not deliver.
    """
    remaining = {key: marks for key, marks in ranges.items() if marks.low < marks.high}
    try:
        consumer.assign([TopicPartition(topic, number, marks.low) for (topic, number), marks in remaining.items()])
        last_message_at = time.monotonic()
        while remaining:
            for message in _consume(consumer, broker):
                last_message_at = time.monotonic()
                marks = remaining.get((message.topic() or "", message.partition() or 0))
                if marks is not None and (message.offset() or 0) < marks.high:
                    yield message
            # By position and not by the last message: compaction leaves gaps, also at the end.
            for place in consumer.position([TopicPartition(*key) for key in remaining]):
                if place.offset >= remaining[place.topic, place.partition].high:
                    del remaining[place.topic, place.partition]
            if time.monotonic() - last_message_at > STALL_SECONDS:
                raise TopicsUnavailableError(
                    f"Kafka at {broker} delivered nothing for {STALL_SECONDS:.0f} s; see `shop status`"
                )
    finally:
        consumer.close()


def _consume(consumer: Consumer, broker: str) -> Iterator[Delivered]:
    try:
        # It waits for a full batch; briefly, because the last batch of a range is rarely full.
        messages = consumer.consume(BATCH_SIZE, timeout=0.1)
    except KafkaException as error:
        raise translated_error(f"Kafka at {broker}: reading failed: {error.args[0].str()}", error.args[0]) from error
    for message in messages:
        problem = message.error()
        if problem is None:
            yield message
        elif problem.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001  # the library's name of a public code
            raise translated_error(f"Kafka at {broker}: reading {message.topic()} failed: {problem.str()}", problem)
