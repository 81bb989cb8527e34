"""Loading: from the objects in landing into the collections, only what is new, changed or lost.

This module decides the order of writes, so that a load killed at any moment is finished by the next one with the same
result: a batch's documents first, then, in one transaction, its rejects and the ledger entries of the objects that are
complete.
"""

import itertools
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import bson
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import SoleWriter, Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.ledger import SAMPLE_SIZE, Ledger, LedgerEntry, ReadTask
from shop_assets.document_store.load_progress import LoadBatch, LoadResult
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.document_store.seen_ids import SeenIds
from shop_assets.document_store.shapes import RejectReason
from shop_assets.document_store.writing import insert_documents, write_documents
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.landing.reading import ParsedDocument, UnreadableDocument, document_objects, read_documents
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.object_store.errors import ObjectMissingError

LOGGER: Final = logging.getLogger(__name__)

BATCH_SIZE: Final = 1000
"""Documents in a batch."""

PAGE: Final = 1000
"""Objects that are compared with the ledger at once."""

Document = dict[str, Any]


@dataclass(frozen=True)
class ReloadResult:
    """The result of retrying rejected documents of one kind.

    `loaded` are the ids by place (key of the object, and position) of the documents that MongoDB has now.
    `missing_objects` are the keys of objects that are no longer in landing; their rejects are superseded.
    """

    loaded: Mapping[tuple[str, int], str]
    missing_objects: Sequence[str]


def load_landing(
    database: Database[Document],
    bucket: Bucket,
    kinds: Iterable[DocumentKind] = KINDS,
    batch_size: int = BATCH_SIZE,
    writer: Writer | None = None,
) -> dict[str, LoadResult]:
    """Bring the collections up to date with landing.

    Documents are never deleted, and deleted ones come back only with a new version of their object. Of several
    documents with one id the last in the order of landing's listing wins. Memory is bounded by a batch and a page of
    objects.

    Args:
        database: The database of the collections, which are created if they are missing.
        bucket: The landing bucket.
        kinds: The kinds to load.
        batch_size: Documents per batch.
        writer: Makes the writes, as long as this run may write; by default this caller is the only writer.

    Returns:
        The result by the kind's name.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
    """
    ensure_collections(database)
    deletions = Deletions(database)
    writer = writer or SoleWriter(database.client)
    deletions.sync_before_load(writer)
    results = {kind.name: _Load(database, bucket, kind, batch_size, writer).run() for kind in kinds}
    deletions.sync_after_load(writer)
    return results


def retry_rejected(
    database: Database[Document],
    bucket: Bucket,
    kind: DocumentKind,
    places: Mapping[str, Iterable[int]],
    batch_size: int = BATCH_SIZE,
    writer: Writer | None = None,
) -> ReloadResult:
    """Read rejected documents again and load those that are accepted now.

    Only they are written, and only where MongoDB has no document with their id: the object has not changed, so whatever
    came under that id by another way is newer. An object of which landing has another version now is left to
    `load_landing`, which reads it whole.

    Args:
        database: The database of the collections.
        bucket: The landing bucket.
        kind: The documents' kind.
        places: Positions by the object's key.
        batch_size: Documents per batch.
        writer: Makes the writes, as long as this run may write; by default this caller is the only writer.

    Returns:
        What was loaded, and which objects are gone.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
    """
    ensure_collections(database)
    return _Load(database, bucket, kind, batch_size, writer or SoleWriter(database.client)).retry(places)


class _Load:
    """One load of one kind."""

    def __init__(
        self, database: Database[Document], bucket: Bucket, kind: DocumentKind, batch_size: int, writer: Writer
    ) -> None:
        self._database = database
        self._bucket = bucket
        self._kind = kind
        self._batch_size = batch_size
        self._writer = writer
        self._ledger = Ledger(database, kind.name)
        self._seen = SeenIds()
        self._batch = LoadBatch()
        self._result = LoadResult(kind.name)
        self._deletions = Deletions(database)
        self._has_deletions = self._deletions.any_recorded()
        self._retried: dict[tuple[str, int], str] = {}

    def run(self) -> LoadResult:
        with self._seen:
            objects = document_objects(self._bucket, self._kind)
            has_rejects = rejects.any_saved(self._database)
            while page := list(itertools.islice(objects, PAGE)):
                tasks = list(self._ledger.read_tasks(page))
                if has_rejects:
                    self._supersede([task.summary.key for task in tasks if task.is_new])
                for task in tasks:
                    self._read(task)
                self._result.objects_skipped += len(page) - len(tasks)
            self._flush()
        self._result.sample = self._result.sample or self._ledger.sample
        self._result.deleted = self._ledger.deleted
        return self._result

    def retry(self, places: Mapping[str, Iterable[int]]) -> ReloadResult:
        missing_objects = []
        with self._seen:
            for key, positions in places.items():
                summary = self._bucket.find(key)
                if summary is None:
                    missing_objects.append(key)
                elif (entry := self._ledger.resume_entry(summary)) is not None:
                    self._read(ReadTask(summary, positions=frozenset(positions)), entry)
            self._flush()
        # Only now: a retry that is killed before has not changed which rejects are open.
        self._supersede(missing_objects, self._retried)
        return ReloadResult(self._retried, missing_objects)

    def _supersede(self, object_keys: Sequence[str], places: Iterable[tuple[str, int]] = ()) -> None:
        def write(session: ClientSession) -> None:
            rejects.supersede_places(self._database, places, session)
            rejects.supersede_objects(self._database, object_keys, session)

        self._writer.transact(write)

    def _read(self, task: ReadTask, known: LedgerEntry | None = None) -> None:
        entry = known or LedgerEntry(self._kind.name, task.summary)
        try:
            for item in read_documents(self._bucket, task.summary.key):
                self._process(task, entry, item)
                if self._batch.is_full(self._batch_size):
                    self._flush(entry)
        except ObjectMissingError:
            LOGGER.warning("%s was removed from landing while it was listed; it is skipped", task.summary.key)
            return
        if not task.restores_only:
            self._batch.entries.append(entry.to_document())
        self._result.objects_read += 1
        self._result.bytes_read += task.summary.size

    def _process(self, task: ReadTask, entry: LedgerEntry, item: ParsedDocument | UnreadableDocument) -> None:
        summary = task.summary
        if task.positions is not None and item.position not in task.positions:
            return
        if isinstance(item, UnreadableDocument):
            fault, text = RejectReason(item.reason, item.detail), rejects.decode_capped(item.text)
        else:
            document = to_bson(self._kind, item.document)
            if isinstance(document, StorableDocument):
                if task.lost_ids is None or document.document_id in task.lost_ids:
                    self._accept(task, entry, document, item.position)
                return
            fault, text = document, rejects.to_text(item.document)
        if not task.restores_only:  # otherwise it was rejected and counted when this version was loaded
            self._result.read += 1
            self._reject(summary, item.position, fault, text)

    def _accept(self, task: ReadTask, entry: LedgerEntry, document: StorableDocument, position: int) -> None:
        self._result.read += 1
        self._result.duplicate_ids += self._batch.add(task, document, position)
        if task.positions is not None:
            self._retried[task.summary.key, position] = document.document_id
        if not task.restores_only and (part := entry.add(document.document_id)) is not None:
            self._batch.entries.append(part)

    def _reject(self, summary: ObjectSummary, position: int, fault: RejectReason, text: str) -> None:
        self._retried.pop((summary.key, position), None)
        self._result.rejected += 1
        self._result.reasons[fault.reason] += 1
        self._batch.size += len(text)
        self._batch.rejects.append(
            RejectedDocument(self._kind.name, summary.key, summary.etag, position, fault.reason, fault.detail, text)
        )

    def _flush(self, unfinished: LedgerEntry | None = None) -> None:
        self._writer.check()
        batch, result = self._batch, self._result
        self._skip_deleted()
        repeated = self._seen.mark_seen(batch.documents)
        result.sample = result.sample or list(itertools.islice(batch.documents, SAMPLE_SIZE))
        collection = self._database[self._kind.name]
        restored = insert_documents(self._writer, collection, batch.select(batch.insert_only - repeated))
        self._seen.forget(restored.present)  # a later document with their id must not replace them either
        first = write_documents(
            self._writer, collection, batch.select(batch.documents.keys() - batch.insert_only - repeated)
        )
        later = write_documents(self._writer, collection, batch.select(repeated))
        result.inserted += restored.inserted + first.inserted
        result.replaced += first.replaced
        result.unchanged += len(restored.present) + first.unchanged
        result.duplicate_ids += len(repeated) - len(later.refused)
        result.restored += restored.inserted
        refused = restored.refused | first.refused | later.refused
        for document_id, reason in refused.items():
            self._reject(
                *batch.places[document_id],
                RejectReason(reason),
                rejects.to_text(bson.decode(batch.documents[document_id].raw)),
            )
        self._writer.transact(lambda session: self._write_records(refused, session))
        if unfinished is not None:
            unfinished.ids = [document_id for document_id in unfinished.ids if document_id not in refused]
        self._batch = LoadBatch()

    def _write_records(self, refused: Mapping[str, str], session: ClientSession) -> None:
        rejects.save(self._database, self._batch.rejects, session)
        if self._has_deletions:
            self._deletions.forget(self._kind.name, self._batch.documents, session)
        self._ledger.write([_without(entry, refused) for entry in self._batch.entries], session)

    def _skip_deleted(self) -> None:
        if self._has_deletions:
            for document_id in self._deletions.deleted_among(self._kind.name, self._batch.deletion_unchecked):
                del self._batch.documents[document_id]
                self._result.unchanged += 1


def _without(entry: Document, refused: Mapping[str, str]) -> Document:
    """The entry without ids that MongoDB refused: the ledger names only what should be in the collection."""
    return (
        entry | {"ids": [document_id for document_id in entry["ids"] if document_id not in refused]}
        if refused
        else entry
    )
