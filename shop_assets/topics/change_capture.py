"""Change capture: which changes are sent, in which order, and when the checkpoint advances.

Everything rests on one rule: the checkpoint is saved only after every message before it is acknowledged. After a kill
at any moment, the next run sends some messages again and leaves none out.
"""

import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from confluent_kafka import Message
from pymongo.collection import Collection
from pymongo.database import Database

from shop_assets.coordination.lease import Guard, unguarded
from shop_assets.document_store import rejects
from shop_assets.document_store.changes import (
    Change,
    HistoryLostError,
    StreamPosition,
    Token,
    changes_since,
    cluster_time,
    current_stream_position,
    snapshot,
    snapshot_documents,
)
from shop_assets.document_store.id_chunks import chunks
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.document_store.seen_ids import SeenIds
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.topics.administration import Watermarks
from shop_assets.topics.checkpoints import NEVER, CheckpointBasis, Checkpoints
from shop_assets.topics.resource import KafkaResource
from shop_assets.topics.sending import ChangeSender, TopicResult, collection_key

LOGGER: Final = logging.getLogger(__name__)

Mode = Literal["incremental", "replay"]

DocumentPlace = tuple[str, int | str]
"""Where a document is that Kafka did not accept: object key and position, as rejects name it."""

BATCH_SIZE: Final = 5000
"""Changes between two checkpoints: what a killed run may send again. Each checkpoint costs one wait for the brokers."""

IDS_AT_ONCE: Final = 1000
"""Ids looked up together when deletions must be found without the change stream."""


@dataclass
class CaptureResult:
    """What was sent by kind, and why all documents of a kind were sent (`snapshots`)."""

    topics: dict[str, TopicResult]
    snapshots: dict[str, str] = field(default_factory=dict)
    sample: list[dict[str, str | int]] = field(default_factory=list)
    """A few of the messages: topic, key, headers and size."""

    @property
    def sent(self) -> int:
        """Messages to all topics."""
        return sum(result.sent for result in self.topics.values())

    @property
    def rejected(self) -> int:
        """Documents that Kafka did not accept."""
        return sum(result.rejected for result in self.topics.values())


def capture_changes(
    database: Database[dict[str, Any]],
    kafka: KafkaResource,
    cipher: PersonalDataCipher,
    mode: Mode,
    guard: Guard = unguarded,
) -> CaptureResult:
    """Send the changes of the collections to their topics, which are created if they are missing.

    Args:
        database: The database of the collections.
        kafka: The cluster and the names of the topics.
        cipher: The key ring for personal data.
        mode: `incremental` sends what changed since the checkpoint; `replay` sends every document again.
        guard: Called before each checkpoint; raises when this run may no longer write.

    Returns:
        What was sent.

    Raises:
        TopicsError: Kafka refused, or did not acknowledge.
        DocumentStoreError: MongoDB has no change streams, or the stream stalled.
    """
    return _change_capture(database, kafka, cipher, guard).run(mode)


def resend_documents(
    database: Database[dict[str, Any]],
    kafka: KafkaResource,
    cipher: PersonalDataCipher,
    wanted: Mapping[DocumentKind, Iterable[str]],
    guard: Guard = unguarded,
) -> CaptureResult:
    """Send the changes, and then some documents as they are now, changed or not.

    Each is a new message, newer than all before.

    Args:
        database: The database of the collections.
        kafka: The cluster and the names of the topics.
        cipher: The key ring for personal data.
        wanted: Ids by kind; an id without a document is left out.
        guard: Called before each checkpoint; raises when this run may no longer write.

    Returns:
        What was sent.

    Raises:
        TopicsError: Kafka refused, or did not acknowledge.
        DocumentStoreError: MongoDB has no change streams, or the stream stalled.
    """
    return _change_capture(database, kafka, cipher, guard).resend(wanted)


def _change_capture(
    database: Database[dict[str, Any]], kafka: KafkaResource, cipher: PersonalDataCipher, guard: Guard
) -> "ChangeCapture":
    sender = ChangeSender(
        kafka.producer, kafka.ensure_topics(), PersonalDataEncryption(cipher), kafka.bootstrap_servers
    )
    return ChangeCapture(database, kafka, sender, Checkpoints(database, kafka.topic_prefix), guard)


class ChangeCapture:
    """One run of change capture."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        kafka: KafkaResource,
        sender: ChangeSender,
        checkpoints: Checkpoints,
        guard: Guard = unguarded,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._sender = sender
        self._checkpoints = checkpoints
        self._guard = guard
        self._open_places = rejects.open_places(database, [collection_key(kind) for kind in KINDS])
        self._new_rejects: dict[DocumentPlace, RejectedDocument] = {}
        self._resolved_places: set[DocumentPlace] = set()
        self._result = CaptureResult(sender.results, sample=sender.sample)

    def run(self, mode: Mode) -> CaptureResult:
        """Send what changed since the checkpoint, and a snapshot of the kinds for which that is not enough.

        `replay` sends a snapshot of every kind. Raises TopicsError, DocumentStoreError.
        """
        now = CheckpointBasis.current(self._sender.topics, self._sender.encryption.key_id)
        saved = self._checkpoints.load()
        reasons = dict.fromkeys(KINDS, NEVER) if saved is None else saved.stale_kinds(now)
        token = None if saved is None else saved.token
        if token is not None:
            try:
                token = self._follow_stream(token)
            except HistoryLostError as error:
                LOGGER.warning("%s; all documents are sent again", error)
                reasons, token = dict.fromkeys(KINDS, error.reason), None
        if mode == "replay":
            reasons = dict.fromkeys(KINDS, "a replay was requested") | reasons
        if reasons:
            self._send_snapshot(reasons, token, now)
        return self._result

    def resend(self, wanted: Mapping[DocumentKind, Iterable[str]]) -> CaptureResult:
        """Send what changed, and then the documents of these ids as they are now; see `resend_documents`.

        Raises what `run` raises.
        """
        result = self.run("incremental")
        # After the changes, whose times are all earlier; later changes belong to the next run.
        with self._database.client.start_session() as session:
            source_time = cluster_time(self._database, session)
            for kind, ids in wanted.items():
                self._send_all(snapshot_documents(self._database, kind, ids, session, source_time))
        return result

    def _send_snapshot(self, reasons: dict[DocumentKind, str], token: Token | None, now: CheckpointBasis) -> None:
        self._result.snapshots = {kind.name: reason for kind, reason in reasons.items()}
        self._flush()
        before = self._kafka.administration().watermarks(self._sender.topics.values())
        with self._database.client.start_session() as session:
            position = current_stream_position(self._database, session) if token is None else StreamPosition(token)
            source_time = cluster_time(self._database, session)
            self._send_all(snapshot(self._database, list(reasons), session, source_time))
        if token is None:  # the stream has a gap, in which documents may have been deleted
            self._send_missed_deletions(before, source_time)
        self._checkpoints.save_after_snapshot(position.token, now)
        self._follow_stream(position.token)

    def _send_missed_deletions(self, before: Mapping[tuple[str, int], Watermarks], source_time: int) -> None:
        for kind in KINDS:
            topic = self._sender.topics[kind.name].name
            messages = self._kafka.read({key: marks for key, marks in before.items() if key[0] == topic})
            gone = _missed_deleted_ids(self._database[kind.name], messages)
            self._send_all(Change(kind, "delete", document_id, None, source_time) for document_id in gone)

    def _send_all(self, changes: Iterable[Change]) -> None:
        """Send changes that have no position in the stream, and wait for their acknowledgement."""
        for number, change in enumerate(changes, start=1):
            self._send(change)
            if number % BATCH_SIZE == 0:
                self._flush()
        self._flush()

    def _follow_stream(self, token: Token) -> Token:
        """Send the changes from the token up to now; returns the new token, which is saved."""
        unflushed = 0
        for item in changes_since(self._database, token):
            token = item.token or token
            if not isinstance(item, StreamPosition):
                self._send(item)
                unflushed += 1
            if isinstance(item, StreamPosition) or unflushed >= BATCH_SIZE:
                self._flush()
                self._checkpoints.advance(token)
                unflushed = 0
        return token

    def _send(self, change: Change) -> None:
        reject = self._sender.send(change)
        place = (collection_key(change.kind), change.document_id)
        if reject is not None:
            self._open_places.add(place)
            self._new_rejects[place] = reject
            self._resolved_places.discard(place)
        elif place in self._open_places:
            self._open_places.discard(place)
            self._new_rejects.pop(place, None)
            self._resolved_places.add(place)

    def _flush(self) -> None:
        self._sender.flush()
        self._guard()  # a run that lost the lease could move the checkpoint back, and messages would be sent twice
        # Save before superseding: a run killed in between must not leave a valid reject superseded.
        rejects.save(self._database, list(self._new_rejects.values()))
        rejects.supersede_places(self._database, self._resolved_places)
        self._new_rejects.clear()
        self._resolved_places.clear()


def _missed_deleted_ids(collection: Collection[dict[str, Any]], messages: Iterable[Message]) -> Iterator[str]:
    """The ids among the messages' keys whose documents are gone, each once.

    Needed where the change stream has a gap: a snapshot shows which documents exist, this shows which no longer do.
    Ids seen once are kept on disk, so memory does not grow with the topics.
    """
    keys = (key.decode() for message in messages if message.value() is not None and (key := message.key()) is not None)
    with SeenIds() as seen:
        while batch := set(itertools.islice(keys, IDS_AT_ONCE)):
            for chunk in chunks(sorted(batch - seen.mark_seen(batch))):
                present = {found["_id"] for found in collection.find({"_id": {"$in": chunk}}, {"_id": 1})}
                yield from (document_id for document_id in chunk if document_id not in present)
