"""Positions: which message was the last of a topic partition, to notice that Kafka was restored to an older state.

A restored broker has the same topics with the same ids, and writes other messages under offsets that were used before.
So a position holds a digest of the message's key and its timestamp besides the offset. The checkpoint has those of what
was sent; RAW has its own in its last rows.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from shop_assets.topics.administration import TopicPartitionKey, Watermarks
from shop_assets.topics.errors import TopicRestoredError
from shop_assets.topics.specification import Topic

if TYPE_CHECKING:
    from shop_assets.topics.resource import KafkaResource

LATEST_MILLISECONDS: Final = 10_413_791_999_999
"""The last moment of ClickHouse's DateTime64: 31 December 2299. A producer may write any timestamp into a message."""


@dataclass(frozen=True)
class Position:
    """A message of a topic partition that was there.

    `key_digest` is of its key, which may be personal data. It is empty where RAW no longer has the key as it was sent:
    a rotation stores an encrypted id under the newer key.
    """

    topic_id: str
    partition: int
    offset: int
    key_digest: str
    timestamp: int
    """In milliseconds since 1970, as RAW stores it."""

    @classmethod
    def of(cls, message: Message, topic_id: str) -> Self:
        """The position of a message that was delivered or read.

        Args:
            message: The message, as the client library gives it.
            topic_id: Kafka's id of its topic.

        Returns:
            Its position.
        """
        digest = key_digest(message.key() or b"")
        return cls(topic_id, message.partition() or 0, message.offset() or 0, digest, message_milliseconds(message))

    def is_that_of(self, message: Message) -> bool:
        """Find out whether a message is the one that was there.

        Args:
            message: The message that Kafka has at this place now.

        Returns:
            Whether key and timestamp are the same; the timestamp alone, if the key is not known.
        """
        found = Position.of(message, self.topic_id)
        return found == (self if self.key_digest else replace(self, key_digest=found.key_digest))


def key_digest(key: bytes) -> str:
    """Digest a message's key.

    Args:
        key: The key; empty for none.

    Returns:
        A digest that does not show it.
    """
    return hashlib.sha256(key).hexdigest()


def message_milliseconds(message: Message) -> int:
    """The timestamp of a message.

    Args:
        message: A message that was delivered or read.

    Returns:
        Milliseconds since 1970 within the range of ClickHouse's DateTime64; 0 if there is none.
    """
    kind, milliseconds = message.timestamp()
    return 0 if kind == TIMESTAMP_NOT_AVAILABLE else min(max(0, milliseconds), LATEST_MILLISECONDS)


def require_positions(
    kafka: "KafkaResource", topics: Iterable[Topic], positions: Iterable[Position], whose: str
) -> None:
    """Make sure that Kafka still has these messages where they were, unless it has deleted them since.

    Retention and log compaction delete messages; what a topic's watermarks say holds for them too.

    Args:
        kafka: The cluster of the topics.
        topics: The topics as they are now. Positions in other topics, which were re-created, are skipped.
        positions: Of the last known message of each topic partition.
        whose: Who had them, for the message.

    Raises:
        TopicRestoredError: A topic partition ends before its position, or has another message there.
        TopicsError: Kafka did not respond, or refused.
    """
    by_id = {topic.topic_id: topic for topic in topics}
    known = {
        (by_id[position.topic_id].name, position.partition): position
        for position in positions
        if position.topic_id in by_id
    }
    problems = _problems(kafka, by_id.values(), known) if known else {}
    if problems:
        raise _restored_error(kafka, known, problems, whose)


def _problems(
    kafka: "KafkaResource", topics: Iterable[Topic], known: Mapping[TopicPartitionKey, Position]
) -> dict[TopicPartitionKey, str]:
    """What is wrong with topic partitions that no longer have the message of their position, by partition."""
    watermarks = kafka.administration().watermarks(topics)
    problems = {
        place: f"ends at offset {watermarks[place].high - 1}"
        for place, position in known.items()
        if watermarks[place].high <= position.offset
    }
    kept = {place: position for place, position in known.items() if watermarks[place].low <= position.offset}
    wanted = {
        place: Watermarks(position.offset, position.offset + 1)
        for place, position in kept.items()
        if place not in problems
    }
    for message in kafka.read(wanted):
        place = (message.topic() or "", message.partition() or 0)
        if not known[place].is_that_of(message):
            problems[place] = "has another message there"
    return problems


def _restored_error(
    kafka: "KafkaResource",
    known: Mapping[TopicPartitionKey, Position],
    problems: Mapping[TopicPartitionKey, str],
    whose: str,
) -> TopicRestoredError:
    place = min(problems)
    kinds = sorted({topic.removeprefix(kafka.topic_prefix) for topic, _ in problems})
    more = f" ({len(problems) - 1} more like it)" if len(problems) > 1 else ""
    return TopicRestoredError(
        f"Topic {place[0]}, partition {place[1]}: {whose} had its message at offset {known[place].offset}, and Kafka "
        f"at {kafka.bootstrap_servers} {problems[place]}{more}. The broker was restored to an older state, or lost "
        f"messages: new ones would get offsets that were used before. Run `shop topics recreate {' '.join(kinds)}`, "
        "then run this again: a new topic is filled, and RAW reads it from its start."
    )
