"""Sending all documents of some kinds, or writing their sent index as if that had been done.

The order holds whatever is killed: the position in the change stream first, then the documents, page by page, then the
sent index. The caller saves the checkpoint and then sends what changed since that position.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.workers import computed
from shop_assets.document_store.capture.changes import Change, StreamPosition, Token, current_stream_position
from shop_assets.document_store.capture.snapshots import SnapshotPage, cluster_time, snapshot_pages
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.documents.kinds import KIND_BY_NAME, Document, DocumentKind
from shop_assets.topics.checkpoints import CheckpointBasis
from shop_assets.topics.delivery import Delivery
from shop_assets.topics.making import MadeMessage, PageMaker
from shop_assets.topics.sending import ChangeSender
from shop_assets.topics.sent_index import SentIndex
from shop_assets.topics.snapshot_progress import WHOLE, SnapshotProgress


class Snapshots:
    """Reads pages, has their messages made by worker processes, and sends these in the order of the ids."""

    def __init__(
        self,
        database: Database[Document],
        sender: ChangeSender,
        delivery: Delivery,
        indexes: Mapping[DocumentKind, SentIndex],
        progress: SnapshotProgress,
        workers: int,
    ) -> None:
        """Take what sends the documents and records them; nothing is read yet.

        Args:
            database: The database of the collections.
            sender: Knows the topics and the key.
            delivery: Sends the messages.
            indexes: The sent index of each kind's topic.
            progress: Where a killed run has stopped.
            workers: How many processes make messages.
        """
        self._database = database
        self._encryption = sender.encryption
        self._delivery = delivery
        self._indexes = indexes
        self._progress = progress
        self._maker = PageMaker(sender.maker, database.codec_options)
        self._workers = workers

    def send(self, kinds: Sequence[DocumentKind], token: Token | None, basis: CheckpointBasis) -> Token:
        """Send every document of some kinds, those that a killed run has sent aside, and write their sent index.

        Args:
            kinds: The kinds.
            token: A position in the change stream up to which everything was sent; None for the current one.
            basis: What the messages rest on.

        Returns:
            The position since which changes must be sent after this.

        Raises:
            DeliveryError: A message was not acknowledged.
            DocumentStoreError: MongoDB has no change streams.
            WorkerLostError: A process that made messages was killed.
        """
        progress = self._progress
        key = self._encryption.cipher.fingerprints[basis.key_id]
        with self._database.client.start_session() as session, self._delivery.spooling(kinds) as spools:
            if progress.resume(kinds, basis, key):
                cluster_time(self._database, session)  # the session reads nothing older from now on
                for name, sent in progress.sent():
                    self._delivery.spool(KIND_BY_NAME[name], sent)
            else:
                position = current_stream_position(self._database, session) if token is None else StreamPosition(token)
                progress.begin(kinds, basis, key, position, cluster_time(self._database, session))
            for kind in kinds:
                self._send_documents(kind, session)
            for kind, spool in spools.items():
                # What was deleted where the stream has a gap, or was sent to an older topic alone.
                gone = self._indexes[kind].missing_from(spool)
                source_time = progress.source_time
                self._delivery.send_all(Change(kind, "delete", document_id, None, source_time) for document_id in gone)
                self._indexes[kind].write(spool)
        return progress.position.token

    def forget(self) -> None:
        """Forget how far the snapshot came, once its checkpoint is saved."""
        self._progress.forget()

    def index(self, kinds: Iterable[DocumentKind]) -> None:
        """Write the sent index as if every document had just been sent.

        Args:
            kinds: The kinds.

        Raises:
            WorkerLostError: A process that made messages was killed.
        """
        with self._database.client.start_session() as session, self._delivery.spooling(kinds) as spools:
            source_time = cluster_time(self._database, session)
            for kind, spool in spools.items():
                for _, messages in self._made(snapshot_pages(self._database, kind, session, source_time)):
                    for made in messages:
                        spool.put(made.document_id, None if isinstance(made.message, RejectedDocument) else made.digest)
                self._indexes[kind].write(spool)

    def _send_documents(self, kind: DocumentKind, session: ClientSession) -> None:
        """Send the documents of a kind that are not sent yet."""
        last = self._progress.last(kind)
        if last == WHOLE:
            return
        after = None if isinstance(last, str) else last
        for page, messages in self._made(
            snapshot_pages(self._database, kind, session, self._progress.source_time, after)
        ):
            for message in messages:
                self._delivery.send(message)
            if self._delivery.is_due:
                sent = self._delivery.flush()
                self._progress.advance(kind, page.last, sent.get(kind, {}))
        sent = self._delivery.flush()
        self._progress.advance(kind, WHOLE, sent.get(kind, {}))

    def _made(self, pages: Iterable[SnapshotPage]) -> Iterator[tuple[SnapshotPage, Sequence[MadeMessage]]]:
        return computed(self._maker, pages, self._workers)
