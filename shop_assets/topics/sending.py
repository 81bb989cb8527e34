"""Sending messages, and waiting until all of them are acknowledged.

This module wraps one producer: sending, back-pressure, acknowledgements, counts. `making.py` makes the messages;
`change_capture.py` decides which changes are sent; `checkpoints.py` records how far it has come.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Delivered

from shop_assets.document_store.capture.changes import Change
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.documents.kinds import DocumentKind
from shop_assets.language.counts import counted
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.topics.administration import TopicPartitionKey
from shop_assets.topics.errors import DeliveryError
from shop_assets.topics.making import MadeMessage, MessageMaker
from shop_assets.topics.messages import Message
from shop_assets.topics.positions import Position
from shop_assets.topics.specification import Topic

SAMPLE_SIZE: Final = 5
DELIVERY_TIMEOUT_MS: Final = 60_000
"""How long a message may wait for its acknowledgement: many times what an embedded broker needs to restart (8 s), short
enough that an outage fails the run with a clear message instead of hanging."""

FLUSH_TIMEOUT_SECONDS: Final = DELIVERY_TIMEOUT_MS / 1000 + 5
"""The client times out before that, and says why."""

BATCH_BYTES: Final = 1_000_000
"""The client's own default."""


@dataclass
class TopicResult:
    """What was sent to one topic. `not_normalised` personal values could not be normalised."""

    kind: str
    topic: str
    operations: Counter[str] = field(default_factory=Counter)
    encrypted: int = 0
    from_cache: int = 0
    not_normalised: int = 0
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Values that were encrypted outside the fields that the documents have for them, by path."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why documents were not accepted, each counted once."""
    bytes: int = 0

    @property
    def sent(self) -> int:
        """All messages, tombstones among them."""
        return self.operations.total()

    @property
    def rejected(self) -> int:
        """Documents that Kafka did not accept."""
        return self.reasons.total()

    @property
    def tombstones(self) -> int:
        """Messages of deleted documents."""
        return self.operations["delete"]


class ChangeSender:
    """Sends changes to their topics.

    `make_producer` is called with the error callback of this class. Memory is bounded by the producer's queue: when it
    is full, `send` waits. Raises DeliveryError as soon as a message is known not to have been acknowledged.
    """

    def __init__(
        self,
        make_producer: Callable[..., Producer],
        topics: Mapping[str, Topic],
        encryption: PersonalDataEncryption,
        broker: str,
    ) -> None:
        smallest = min(topic.maximum_message_bytes for topic in topics.values())
        # The limit of a topic is for whole batches.
        limits = {"batch.size": min(BATCH_BYTES, smallest)}
        self._producer = make_producer(error_cb=self._note_client_error, **limits)
        self.topics = topics
        self.encryption = encryption
        self.maker = MessageMaker(encryption, topics)
        self._broker = broker
        self._produced = 0
        self._acknowledged = 0
        self._failure: tuple[str, str] | None = None
        self._client_error = ""
        self.sample: list[dict[str, str | int]] = []
        self.results = {kind: TopicResult(kind, topic.name) for kind, topic in topics.items()}
        self._sent: dict[DocumentKind, dict[str, int | None]] = {}
        self._topic_ids = {topic.name: topic.topic_id for topic in topics.values()}
        self._last: dict[TopicPartitionKey, Delivered] = {}

    def send(self, change: Change | MadeMessage) -> RejectedDocument | None:
        """Send one change; returns a reject if its document makes no message that the topic accepts."""
        made = change if isinstance(change, MadeMessage) else self.maker.make(change)
        result = self.results[made.kind.name]
        message = made.message
        if isinstance(message, RejectedDocument):
            result.reasons[message.reason] += 1
            return message
        self._produce(result.topic, message)
        self._sent.setdefault(made.kind, {})[made.document_id] = made.digest
        if len(self.sample) < SAMPLE_SIZE:
            key = message.key.decode(errors="replace")
            self.sample.append({"topic": result.topic, "key": key, "operation": made.operation, "bytes": message.size})
        result.operations[made.operation] += 1
        result.bytes += message.size
        result.encrypted += made.encrypted
        result.from_cache += made.from_cache
        result.not_normalised += made.not_normalised
        if made.elsewhere:
            result.elsewhere.update(made.elsewhere)
        return None

    def take_sent(self) -> Mapping[DocumentKind, Mapping[str, int | None]]:
        """The digests of the newest messages by id, None for tombstones, since the last call; call it after `flush`."""
        sent, self._sent = self._sent, {}
        return sent

    def positions(self) -> Sequence[Position]:
        """The last acknowledged message of each topic partition that this sender has written to, after `flush`."""
        return [Position.of(message, self._topic_ids[topic]) for (topic, _), message in self._last.items()]

    def flush(self) -> None:
        """Wait until every message sent so far is acknowledged. Raises DeliveryError otherwise."""
        self._producer.flush(FLUSH_TIMEOUT_SECONDS)
        if self._failure is not None or self._acknowledged != self._produced:
            self._fail()

    def _produce(self, topic: str, message: Message) -> None:
        deadline = time.monotonic() + FLUSH_TIMEOUT_SECONDS
        while True:
            if self._failure is not None:
                self._fail()
            try:
                self._producer.produce(
                    topic, message.value, message.key, headers=message.headers, on_delivery=self._note_delivery
                )
            except BufferError:
                if time.monotonic() > deadline:
                    self._fail()
                self._producer.poll(0.5)
            except KafkaException as error:
                self._failure = (topic, error.args[0].str())
            else:
                self._produced += 1
                self._producer.poll(0)
                return

    def _note_delivery(self, error: KafkaError | None, message: Delivered) -> None:
        if error is None:
            self._acknowledged += 1
            self._last[message.topic() or "", message.partition() or 0] = message
        elif self._failure is None:
            self._failure = (message.topic() or "unknown", error.str())

    def _note_client_error(self, error: KafkaError) -> None:
        self._client_error = error.str()

    def _fail(self) -> None:
        topic, reason = self._failure or ("unknown", "no acknowledgement in time")
        self._producer.purge()
        missing = self._produced - self._acknowledged
        hint = f" (last client error: {self._client_error})" if self._client_error else ""
        message = (
            f"Kafka at {self._broker} did not acknowledge {missing:,} of {counted(self._produced, 'message')}; "
            f"first failure: topic {topic}: {reason}{hint}. Nothing is lost: start the broker "
            "(`shop status`) and run this step again"
        )
        raise DeliveryError(message)
