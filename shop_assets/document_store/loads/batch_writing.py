"""Writing what a load has read, a batch at a time.

The order of writes lets the next load finish one that was killed at any moment, with the same result: a batch's
documents first, then, in one transaction, its rejects and the ledger entries of the objects that are complete.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession

from shop_assets.coordination import progress
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import IDS_PER_QUERY
from shop_assets.document_store.loads.identities import lose_lines
from shop_assets.document_store.loads.ledger import SAMPLE_SIZE, Ledger, LedgerEntry
from shop_assets.document_store.loads.load_progress import LoadBatch, LoadResult
from shop_assets.document_store.loads.loaded_ids import LoadedId, LoadedIds
from shop_assets.document_store.loads.preparation import LoadContext
from shop_assets.document_store.loads.spellings import Spellings
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.document_store.shapes import RejectReason
from shop_assets.document_store.writing import insert_documents, write_documents
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import PURCHASES, Document, DocumentKind
from shop_assets.object_store.bucket import ObjectSummary
from shop_assets.personal_data.contacts import without_contacts

SAMPLE_IDS: Final = 10
"""How many ids of disagreeing documents are named."""


class BatchWriting:
    """Writes the batches of one load of one kind. `batch` is the one that is being filled, `result` counts what was
    done, and `seen` are the ids that the load has had.
    """

    def __init__(
        self, context: LoadContext, kind: DocumentKind, ledger: Ledger, spellings: Spellings, result: LoadResult
    ) -> None:
        self.batch = LoadBatch()
        self.seen = LoadedIds()
        self.result = result
        self.accepted: dict[tuple[str, int], str] = {}
        """Ids of retried documents by their places, as long as nothing rejects them."""
        self._kind = kind
        self._database = context.database
        self._collection = context.database[kind.name]
        self._writer = context.writer
        self._ledger = ledger
        self._spellings = spellings
        self._erased = context.erased
        self._deletions = context.deletions
        self._had_new_ids_only = True
        """Of the batch before: the ids of this one are probably new, too."""

    def reject(self, summary: ObjectSummary, position: int, fault: RejectReason, text: str, count: int = 1) -> None:
        """Keep a document with the reason why it is not loaded; `count` documents may have gone with it."""
        self.accepted.pop((summary.key, position), None)
        self.result.rejected += count
        self.result.reasons[fault.reason] += count
        text = text if self._erased.may_keep(text, self._kind) else ""
        self.batch.size += len(text)
        self.batch.rejects.append(
            RejectedDocument(
                self._kind.name,
                summary.key,
                summary.etag,
                position,
                fault.reason,
                without_contacts(fault.detail),
                text,
                count,
            )
        )

    def add_entry(self, entry: Document) -> None:
        """Write an entry with the batch: of an object that is complete, or a part of one."""
        self.batch.entries.append(entry)

    def flush(self, unfinished: LedgerEntry | None = None) -> None:
        """Write the batch, and begin another one. `unfinished` is the entry of the object that is being read."""
        self._writer.check()
        batch, result = self.batch, self.result
        self._skip_deleted()
        seen = self.seen.find(batch.documents)
        conflicting = self._skip_conflicts(seen)
        repeated = seen.keys() & batch.documents.keys()
        self._note_disagreeing(seen, repeated)
        self.seen.mark(
            {
                document_id: LoadedId(batch.places[document_id].summary.key, batch.places[document_id].spelling)
                for document_id in batch.documents
            }
        )
        result.sample = result.sample or list(itertools.islice(batch.documents, SAMPLE_SIZE))
        left_out = self._write_documents(repeated) | conflicting
        self._writer.transact(lambda session: self._write_records(left_out, session))
        if unfinished is not None:
            unfinished.ids = [document_id for document_id in unfinished.ids if document_id not in left_out]
        progress.advance(len(batch.documents) + len(batch.rejects))
        self.batch = LoadBatch()

    def _write_documents(self, repeated: set[str]) -> set[str]:
        """Write the documents, last those whose ids this load has had before. Returns the ids that were refused."""
        batch, result = self.batch, self.result
        restored = insert_documents(self._writer, self._collection, batch.select(batch.insert_only - repeated))
        self.seen.forget(restored.present)  # a later document with their id must not replace them either
        first = write_documents(
            self._writer,
            self._collection,
            batch.select(batch.documents.keys() - batch.insert_only - repeated),
            taken_for_new=self._had_new_ids_only,
        )
        self._had_new_ids_only = not (first.replaced or first.unchanged)
        later = write_documents(self._writer, self._collection, batch.select(repeated))
        result.inserted += restored.inserted + first.inserted
        result.replaced += first.replaced
        result.unchanged += len(restored.present) + first.unchanged
        result.duplicate_ids += len(repeated) - len(later.refused)
        result.restored += restored.inserted
        refused = restored.refused | first.refused | later.refused
        for document_id, reason in refused.items():
            self._reject_encoded(document_id, batch.documents[document_id], RejectReason(reason))
        return set(refused)

    def _write_records(self, left_out: Collection[str], session: ClientSession) -> None:
        rejects.save(self._database, self.batch.rejects, session)
        if self._deletions.any_recorded():
            self._deletions.forget(self._kind.name, self.batch.documents, session)
        self._ledger.write([_without(entry, left_out) for entry in self.batch.entries], session)
        self._erased.save_registrations(session)

    def _skip_deleted(self) -> None:
        for document_id in self._ledger.deleted_among(self.batch.deletion_unchecked):
            del self.batch.documents[document_id]
            self.result.unchanged += 1

    def _skip_conflicts(self, seen: Mapping[str, LoadedId]) -> set[str]:
        """Reject the documents whose id is spelled otherwise than that of a document with which they disagree."""
        conflicts = self._spellings.conflicts(self.batch, seen)
        for document_id, reason in conflicts.items():
            self._reject_encoded(document_id, self.batch.documents.pop(document_id), reason)
        return set(conflicts)

    def _reject_encoded(self, document_id: str, document: RawBSONDocument, reason: RejectReason) -> None:
        place = self.batch.places[document_id]
        self.reject(place.summary, place.position, reason, rejects.to_text(bson.decode(document.raw)))

    def _note_disagreeing(self, seen: Mapping[str, LoadedId], repeated: Iterable[str]) -> None:
        """Count the ids of which two objects have different documents, or one has a purchase with other lines, and keep
        a few of them.
        """
        batch, result = self.batch, self.result
        elsewhere = {
            document_id
            for document_id in repeated
            if seen[document_id].object_key != batch.places[document_id].summary.key
        }
        found = set(batch.disagreeing)
        for chunk in chunks(list(repeated) if self._kind == PURCHASES else list(elsewhere), IDS_PER_QUERY):
            for stored in self._collection.find({"_id": {"$in": chunk}}):
                document_id = stored["_id"]
                later = bson.decode(batch.documents[document_id].raw, self._collection.codec_options)
                if stored != later and (document_id in elsewhere or lose_lines(stored, later)):
                    found.add(document_id)
        result.disagreeing_count += self.seen.note_disagreeing(found) if found else 0
        result.disagreeing |= set(itertools.islice(found, max(0, SAMPLE_IDS - len(result.disagreeing))))


def _without(entry: Document, left_out: Collection[str]) -> Document:
    """The entry without ids that were left out: the ledger names only what should be in the collection."""
    return (
        entry | {"ids": [document_id for document_id in entry["ids"] if document_id not in left_out]}
        if left_out
        else entry
    )
