"""Documents that were rejected for their id alone, and that somebody has accepted since: `shop ids merge`.

A retry takes them, and the documents after them in the same object that stand under the same id.
"""

import bson
from pymongo.database import Database

from shop_assets.document_store.bson_documents import StorableDocument
from shop_assets.document_store.loads.ledger import Ledger, LedgerEntry
from shop_assets.document_store.loads.load_progress import LoadBatch
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.document_store.loads.spellings import Spellings, accepted_ids
from shop_assets.document_store.shapes import RejectReason
from shop_assets.documents.kinds import Document, DocumentKind, natural_id
from shop_assets.landing.mapping.translation import ParsedDocument, UnreadableDocument


class Merges:
    """Decides which document of an id counts, where a batch or an object has several."""

    def __init__(self, database: Database[Document], kind: DocumentKind, ledger: Ledger, spellings: Spellings) -> None:
        self._database = database
        self._kind = kind
        self._ledger = ledger
        self._spellings = spellings
        self._merged: set[str] = set()
        """Ids of which the object that is read has had a document that was merged."""

    def begin_object(self) -> None:
        """Forget the ids of the object before."""
        self._merged.clear()

    def takes(self, task: ReadTask, entry: LedgerEntry, document: StorableDocument) -> bool:
        """Whether a rejected document is one that was rejected for its id alone, somebody has accepted the id, and no
        newer object has a document of it.
        """
        document_id = document.document_id
        if task.purpose is not Purpose.RETRY or not accepted_ids(self._database, self._kind, [document_id]):
            return False
        if self._ledger.has_newer(entry, document_id):
            return False
        self._merged.add(document_id)
        return True

    def is_followed_by(self, item: ParsedDocument | UnreadableDocument) -> bool:
        """Whether a document comes after one of its id in the same object that was merged: then it counts."""
        return isinstance(item, ParsedDocument) and natural_id(self._kind, item.document) in self._merged

    def conflict(
        self, task: ReadTask, document: StorableDocument, batch: LoadBatch, *, is_merged: bool
    ) -> RejectReason | None:
        """Why a document may not replace the one with its id that the batch has, or its object had before."""
        document_id = document.document_id
        place = batch.places.get(document_id)
        earlier = batch.documents.get(document_id)
        stored = None if earlier is None else bson.decode(earlier.raw)
        spelling = document.spelling if place is None else place.spelling
        if stored is not None and place is not None and spelling == document.spelling:
            stored = stored if place.summary.key == task.summary.key else None
        elif stored is None and task.purpose is Purpose.RETRY and not is_merged:
            of_object = self._ledger.ids_among(task.summary.key, lambda ids: [one for one in ids if one == document_id])
            stored = self._database[self._kind.name].find_one({"_id": document_id}) if of_object else None
        if stored is None:
            return None
        conflict = self._spellings.conflict(stored, spelling, bson.decode(document.bson.raw), document.spelling)
        return None if conflict is None or accepted_ids(self._database, self._kind, [document_id]) else conflict
