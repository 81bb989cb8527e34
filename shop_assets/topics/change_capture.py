"""Change capture: which changes are sent, in which order, and when the checkpoint advances.

Everything rests on one rule: the checkpoint is saved only after every message before it is acknowledged. After a kill
at any moment, the next run sends some messages again and leaves none out.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self

from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.changes import (
    Change,
    HistoryLostError,
    StreamPosition,
    Token,
    changes_since,
)
from shop_assets.document_store.capture.snapshots import (
    cluster_time,
    current_state,
    snapshot_documents,
)
from shop_assets.documents.kinds import KINDS, Document, DocumentKind
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.topics.checkpoints import NEVER, Checkpoint, CheckpointBasis, Checkpoints
from shop_assets.topics.delivery import Delivery
from shop_assets.topics.known_keys import remember_keys, require_known_keys
from shop_assets.topics.positions import require_positions
from shop_assets.topics.resource import KafkaResource
from shop_assets.topics.sending import ChangeSender, TopicResult
from shop_assets.topics.sent_index import SentIndex
from shop_assets.topics.snapshot_progress import SnapshotProgress
from shop_assets.topics.snapshots import Snapshots

LOGGER: Final = logging.getLogger(__name__)

Mode = Literal["incremental", "replay"]


@dataclass(frozen=True)
class DocumentSource:
    """MongoDB, Kafka and the key ring: what is needed to send a document."""

    database: Database[Document]
    kafka: KafkaResource
    cipher: PersonalDataCipher


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


def capture_changes(source: DocumentSource, mode: Mode, writer: Writer, workers: int = 1) -> CaptureResult:
    """Send the changes of the collections to their topics, which are created if they are missing.

    Args:
        source: MongoDB, Kafka and the key ring.
        mode: `incremental` sends what changed since the checkpoint; `replay` sends every document again.
        writer: Saves the checkpoint, as long as this run may write.
        workers: How many processes make the messages of a snapshot.

    Returns:
        What was sent.

    Raises:
        TopicsError: Kafka refused, or did not acknowledge.
        DocumentStoreError: MongoDB has no change streams, or the stream stalled.
        WorkerLostError: A process that made messages was killed.
    """
    return ChangeCapture.on(source, writer, workers).run(mode)


def sent_indexes(database: Database[Document], kafka: KafkaResource, writer: Writer) -> dict[DocumentKind, SentIndex]:
    """The sent indexes of the topics.

    Args:
        database: The database of the collections.
        kafka: The names of the topics.
        writer: Makes the writes, as long as this run may write.

    Returns:
        The index of each kind's topic.
    """
    return {kind: SentIndex(database, kafka.topic_name(kind), writer) for kind in KINDS}


class ChangeCapture:
    """One run of change capture. Every method sends first what changed since the checkpoint.

    All of them raise TopicsError when Kafka refused or did not acknowledge, DocumentStoreError when MongoDB has no
    change streams or the stream stalled, and WorkerLostError when a process that made messages was killed.
    """

    def __init__(
        self,
        database: Database[Document],
        kafka: KafkaResource,
        sender: ChangeSender,
        writer: Writer,
        workers: int = 1,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._sender = sender
        self._encryption = sender.encryption
        self._checkpoints = Checkpoints(database, kafka.topic_prefix, writer)
        self._writer = writer
        self._indexes = sent_indexes(database, kafka, writer)
        self._delivery = Delivery(database, sender, writer, self._indexes)
        progress = SnapshotProgress(database, kafka.topic_prefix, writer)
        self._snapshots = Snapshots(database, sender, self._delivery, self._indexes, progress, workers)
        self._result = CaptureResult(sender.results, sample=sender.sample)

    @classmethod
    def on(cls, source: DocumentSource, writer: Writer, workers: int = 1) -> Self:
        """Prepare to send the changes of a database; topics that are missing are created.

        Args:
            source: MongoDB, Kafka and the key ring.
            writer: Saves the checkpoint, as long as this run may write.
            workers: How many processes make the messages of a snapshot.

        Returns:
            The capture; nothing is sent yet.

        Raises:
            TopicsError: Kafka did not respond, or refused.
        """
        kafka = source.kafka
        sender = ChangeSender(
            kafka.producer, kafka.ensure_topics(), PersonalDataEncryption(source.cipher), kafka.bootstrap_servers
        )
        return cls(source.database, kafka, sender, writer, workers)

    def run(self, mode: Mode) -> CaptureResult:
        """Send what changed since the checkpoint, and a snapshot of the kinds for which that is not enough.

        Args:
            mode: `incremental`, or `replay`, which sends a snapshot of every kind.

        Returns:
            What was sent.
        """
        self._delivery.settle()  # what a killed run left
        now = CheckpointBasis.current(self._sender.topics, self._encryption.cipher.key_id)
        saved = self._checkpoints.load()
        reasons = dict.fromkeys(KINDS, NEVER) if saved is None else saved.stale_kinds(now)
        token = None if saved is None else saved.token
        if saved is not None:
            self._require_same_data(saved, now)
        begins_again = saved is None or not saved.shares_topics(now)
        remember_keys(self._database, self._encryption.cipher.fingerprints, self._writer, accepts_loss=begins_again)
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
        # Of a release that had no index: what RAW lacks is found by the comparison, and nothing need be sent for it.
        if unindexed := [kind for kind in KINDS if self._indexes[kind].totals() is None]:
            self._index_documents(unindexed)
        self._delivery.settle()
        return self._result

    def _require_same_data(self, saved: Checkpoint, now: CheckpointBasis) -> None:
        """Refuse keys other than the checkpoint's, and topics that have lost messages since it was saved."""
        saved.require_key(self._encryption.cipher, now)
        if saved.shares_topics(now):
            require_known_keys(self._database, self._encryption.cipher.fingerprints)
        require_positions(self._kafka, self._sender.topics.values(), saved.positions, "the last run")

    def resend(self, wanted: Mapping[DocumentKind, Iterable[str]]) -> CaptureResult:
        """Send what changed, and then some documents as they are now, changed or not: messages newer than all before.

        Args:
            wanted: Ids by kind; an id without a document is left out.

        Returns:
            What was sent.
        """
        result = self.run("incremental")
        # After the changes, whose times are all earlier; later changes belong to the next run.
        with self._database.client.start_session() as session:
            source_time = cluster_time(self._database, session)
            for kind, ids in wanted.items():
                stored = map(self._encryption.stored_id, ids)
                self._delivery.send_all(
                    self._with_sent_ids(snapshot_documents(self._database, kind, stored, session, source_time))
                )
        return result

    def send_current_state(self, earliest_times: Mapping[DocumentKind, Mapping[str, int]]) -> CaptureResult:
        """Send what changed, and then what some ids hold now: their documents, or tombstones.

        Args:
            earliest_times: By kind and id, the smallest source time of the message. Each message is newer than those
                before it, unless an older one has a later time.

        Returns:
            What was sent.
        """
        result = self.run("incremental")
        with self._database.client.start_session() as session:
            source_time = cluster_time(self._database, session)
            for kind, times in earliest_times.items():
                stored: dict[str, int] = {}
                for document_id, time in times.items():
                    own = self._encryption.stored_id(document_id)
                    stored[own] = max(time, stored.get(own, 0))
                self._delivery.send_all(
                    self._with_sent_ids(current_state(self._database, kind, stored, session, source_time))
                )
                # Of an older key, or of a release that sent ids as they are: no document is sent under such an id now.
                self._delivery.send_all(
                    Change(kind, "delete", document_id, None, max(source_time, time))
                    for document_id, time in times.items()
                    if self._encryption.sent_id(self._encryption.stored_id(document_id)) != document_id
                )
        self._delivery.settle()
        return result

    def rebuild_index(self) -> CaptureResult:
        """Send what changed, and write the sent index again from every document, none of which is sent for that.

        Returns:
            What was sent.
        """
        result = self.run("incremental")
        self._index_documents(KINDS)
        self._delivery.settle()
        return result

    def adopt_key(self) -> None:
        """Take what is stored for encrypted with the first key, because a rotation has just moved it.

        Nothing is sent again for the new key.
        """
        self._delivery.settle()
        saved = self._checkpoints.load()
        if saved is None:
            return
        self._index_documents(KINDS)
        self._delivery.settle()
        newest = self._checkpoints.load() or saved
        basis = replace(saved.basis, key_id=self._encryption.cipher.key_id)
        proof = self._encryption.cipher.key_proof
        self._checkpoints.save_after_snapshot(newest.token, basis, proof, newest.positions)

    def _send_snapshot(self, reasons: dict[DocumentKind, str], token: Token | None, now: CheckpointBasis) -> None:
        self._result.snapshots = {kind.name: reason for kind, reason in reasons.items()}
        self._delivery.flush()
        self._delivery.settle()
        begun_at = self._snapshots.send(list(reasons), token, now)
        self._checkpoints.save_after_snapshot(
            begun_at, now, self._encryption.cipher.key_proof, self._sender.positions()
        )
        self._snapshots.forget()
        self._follow_stream(begun_at)

    def _index_documents(self, kinds: Iterable[DocumentKind]) -> None:
        """Write the index as if every document had just been sent."""
        checkpoint = self._checkpoints.load()
        self._snapshots.index(kinds)
        if checkpoint is not None:
            self._follow_stream(checkpoint.token)  # what changed meanwhile is in the index and was not sent

    def _with_sent_ids(self, changes: Iterable[Change]) -> Iterator[Change]:
        """The changes under the ids that are sent: an id that is personal data is encrypted."""
        return map(self._sender.maker.with_sent_id, changes)

    def _follow_stream(self, token: Token) -> Token:
        """Send the changes from the token up to now; returns the new token, which is saved."""
        for item in changes_since(self._database, token):
            token = item.token or token
            if not isinstance(item, StreamPosition):
                self._delivery.send(self._sender.maker.with_sent_id(item))
            if isinstance(item, StreamPosition) or self._delivery.is_due:
                self._delivery.flush()
                self._checkpoints.advance(token, self._encryption.cipher.key_proof, self._sender.positions())
        return token
