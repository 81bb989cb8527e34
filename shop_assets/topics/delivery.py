"""What happens to each change that is sent: its message, its reject, and its entry in the sent index.

`change_capture.py` decides which changes are sent, and saves the checkpoint after `flush`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination import progress
from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.capture.changes import Change
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.documents.kinds import KINDS, Document, DocumentKind
from shop_assets.topics.making import MadeMessage
from shop_assets.topics.sending import ChangeSender
from shop_assets.topics.sent_buckets import SentDocuments, without_tombstones
from shop_assets.topics.sent_index import SentIndex
from shop_assets.topics.sent_spool import SentSpool

BATCH_SIZE: Final = 5000
"""Changes between two checkpoints: what a killed run may send again. Each checkpoint costs one wait for the brokers."""

DocumentPlace = tuple[str, str]
"""Where a document is that Kafka did not accept: object key and position, as rejects name it."""


class Delivery:
    """Sends changes, and records what became of them."""

    def __init__(
        self,
        database: Database[Document],
        sender: ChangeSender,
        writer: Writer,
        indexes: Mapping[DocumentKind, SentIndex],
    ) -> None:
        """Begin with nothing sent; looks whether there are open rejects.

        Args:
            database: The database of the rejects.
            sender: Sends the messages.
            writer: Makes the writes, as long as this run may write.
            indexes: The sent index of each kind's topic.
        """
        self._database = database
        self._sender = sender
        self._writer = writer
        self._indexes = indexes
        self._spools: dict[DocumentKind, SentSpool] = {}
        self._has_open_rejects = rejects.any_open(database, [rejects.collection_key(kind) for kind in KINDS])
        """Normally not: then nobody has to look up which of the sent documents were rejected before."""
        self._new_rejects: dict[DocumentPlace, RejectedDocument] = {}
        self._sent_places: set[DocumentPlace] = set()
        self._unflushed = 0
        self._refused: dict[DocumentKind, dict[str, int | None]] = {}

    @property
    def is_due(self) -> bool:
        """Whether enough was sent to wait for acknowledgements now."""
        return self._unflushed >= BATCH_SIZE

    def send(self, change: Change | MadeMessage) -> None:
        """Send a change under its id; a reject is recorded by the next `flush`.

        Args:
            change: The change, or its message.

        Raises:
            DeliveryError: A message is known not to have been acknowledged.
        """
        reject = self._sender.send(change)
        self._unflushed += 1
        place = (rejects.collection_key(change.kind), change.document_id)
        if reject is not None:
            self._refused.setdefault(change.kind, {})[change.document_id] = None
            self._new_rejects[place] = reject
            self._sent_places.discard(place)
        else:
            self._new_rejects.pop(place, None)
            if self._has_open_rejects:
                self._sent_places.add(place)

    def send_all(self, changes: Iterable[Change]) -> None:
        """Send changes that have no position in the stream, and wait for their acknowledgement.

        Args:
            changes: Changes under the ids that are sent.

        Raises:
            DeliveryError: A message was not acknowledged.
        """
        for change in changes:
            self.send(change)
            if self.is_due:
                self.flush()
        self.flush()

    def flush(self) -> dict[DocumentKind, SentDocuments]:
        """Wait for acknowledgements, and record rejects and what was sent.

        Returns:
            What was sent of kinds whose index is rewritten as a whole, and so is not in the journal.

        Raises:
            DeliveryError: A message was not acknowledged.
        """
        self._sender.flush()
        resolved = rejects.open_among(self._database, self._sent_places)
        self._writer.transact(lambda session: self._save_rejects(resolved, session))
        self._has_open_rejects = self._has_open_rejects or bool(self._new_rejects)
        self._new_rejects.clear()
        self._sent_places.clear()
        progress.advance(self._unflushed)
        self._unflushed = 0
        refused, self._refused = self._refused, {}
        spooled: dict[DocumentKind, SentDocuments] = {}
        sent = self._sender.take_sent()
        for kind in sent.keys() | refused.keys():
            if kind in self._spools:
                # What was deleted is not in the new index; what was rejected keeps its digest of the old one.
                living = without_tombstones(sent.get(kind, {}))
                spooled[kind] = living | refused.get(kind, {})
                self.spool(kind, spooled[kind])
            elif kind in sent:
                self._indexes[kind].record(sent[kind])
        return spooled

    def spool(self, kind: DocumentKind, sent: SentDocuments) -> None:
        """Put what was sent into the new index.

        Args:
            kind: A kind whose index is rewritten as a whole.
            sent: Digests by the ids that were sent.
        """
        for document_id, digest in sent.items():
            self._spools[kind].put(document_id, digest)

    def settle(self) -> None:
        """Bring the journals into the sent indexes."""
        for index in self._indexes.values():
            index.settle()

    @contextmanager
    def spooling(self, kinds: Iterable[DocumentKind]) -> Iterator[dict[DocumentKind, SentSpool]]:
        """While it is open, what is sent of these kinds is for a new index and not for the journal.

        Args:
            kinds: The kinds.

        Yields:
            The documents of the new index of each kind.
        """
        with ExitStack() as stack:
            self._spools = {kind: stack.enter_context(SentSpool()) for kind in kinds}
            try:
                yield self._spools
            finally:
                self._spools = {}

    def _save_rejects(self, resolved: Iterable[DocumentPlace], session: ClientSession) -> None:
        rejects.save(self._database, list(self._new_rejects.values()), session)
        rejects.supersede_places(self._database, resolved, session)
