"""Sending messages, and waiting until all of them are acknowledged.

This module wraps one producer: encryption, sending, back-pressure, acknowledgements, counts. `change_capture.py`
decides which changes are sent; `checkpoints.py` records how far it has come.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Delivered

from shop_assets.document_store.changes import Change
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.documents.json_text import UnwritableError
from shop_assets.documents.kinds import DocumentKind
from shop_assets.personal_data.encryption import PersonalDataEncryption, PersonalIdError
from shop_assets.topics.errors import DeliveryError
from shop_assets.topics.messages import Message, to_message
from shop_assets.topics.positions import Position
from shop_assets.topics.specification import MAXIMUM_MESSAGE_BYTES, Topic

TOO_LARGE: Final = "message is larger than the topic takes"
UNWRITABLE: Final = "cannot be written as JSON"
BLANK_ID: Final = "_id is blank"
PERSONAL_ID: Final = "an id looks like a phone or an e-mail"
SAMPLE_SIZE: Final = 5
DELIVERY_TIMEOUT_MS: Final = 60_000
"""How long a message may wait for its acknowledgement: many times what an embedded broker needs to restart (8 s), short
enough that an outage fails the run with a clear message instead of hanging."""

FLUSH_TIMEOUT_SECONDS: Final = DELIVERY_TIMEOUT_MS / 1000 + 5
"""The client times out before that, and says why."""

BATCH_BYTES: Final = 1_000_000
"""The client's own default."""

BATCH_OVERHEAD: Final = 1024
"""Bytes that a batch of one message adds to key and value: headers of record and batch."""


def collection_key(kind: DocumentKind) -> str:
    """Name the place of a kind's documents that Kafka did not accept.

    Args:
        kind: The kind.

    Returns:
        The value of `object_key` in `rejected_documents`: `collection <kind>`.
    """
    return f"collection {kind.name}"


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
        self._broker = broker
        self._produced = 0
        self._acknowledged = 0
        self._failure: tuple[str, str] | None = None
        self._client_error = ""
        self.sample: list[dict[str, str | int]] = []
        self.results = {kind: TopicResult(kind, topic.name) for kind, topic in topics.items()}
        self._sent: dict[DocumentKind, dict[str, int | None]] = {}
        self._topic_ids = {topic.name: topic.topic_id for topic in topics.values()}
        self._last: dict[tuple[str, int], Delivered] = {}

    def send(self, change: Change) -> RejectedDocument | None:
        """Send one change; returns a reject if its document makes no message that the topic accepts."""
        result = self.results[change.kind.name]
        counts, elsewhere = self.encryption.counts, self.encryption.elsewhere
        counts.clear()
        elsewhere.clear()
        message = self.to_message(change)
        if isinstance(message, RejectedDocument):
            result.reasons[message.reason] += 1
            return message
        self._produce(result.topic, message)
        self._sent.setdefault(change.kind, {})[change.document_id] = message.digest
        if len(self.sample) < SAMPLE_SIZE:
            key = message.key.decode(errors="replace")
            self.sample.append(
                {"topic": result.topic, "key": key, "operation": change.operation, "bytes": message.size}
            )
        result.operations[change.operation] += 1
        result.bytes += message.size
        result.encrypted += counts["values"]
        result.from_cache += counts["from_cache"]
        result.not_normalised += counts["not_normalised"]
        if elsewhere:
            result.elsewhere += elsewhere
        return None

    def to_message(self, change: Change) -> Message | RejectedDocument:
        """The message of a change, which is not sent; a reject if its document makes none that the topic accepts."""
        topic = self.topics[change.kind.name]
        if change.document is not None and not change.document_id.strip():
            return _reject(change, BLANK_ID, "MART has no document without an id")
        try:
            document = None if change.document is None else self.encryption.encrypt(change.kind, change.document)
            message = to_message(change, document)
        except (UnwritableError, UnicodeEncodeError) as error:
            reason = str(error) if isinstance(error, UnwritableError) else "text that is not valid Unicode"
            return _reject(change, UNWRITABLE, reason)
        except PersonalIdError as error:
            return _reject(change, PERSONAL_ID, f"{error.path}: SHOP_PERSONAL_IDS=encrypt encrypts such ids")
        limit = min(topic.maximum_message_bytes, MAXIMUM_MESSAGE_BYTES)
        if message.size + BATCH_OVERHEAD > limit:
            return _reject(change, TOO_LARGE, f"{message.size} bytes; topic {topic.name} accepts {limit}")
        return message

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
            f"Kafka at {self._broker} did not acknowledge {missing} of {self._produced} messages; "
            f"first failure: topic {topic}: {reason}{hint}. Nothing is lost: start the broker "
            "(`shop status`) and run this step again"
        )
        raise DeliveryError(message)


def _reject(change: Change, reason: str, detail: str) -> RejectedDocument:
    return RejectedDocument(change.kind.name, collection_key(change.kind), "", change.document_id, reason, detail, "")
