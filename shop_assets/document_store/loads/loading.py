"""Loading: from the objects in landing into the collections, only what is new, changed or lost.

This module decides what is read, in which order, and which documents count; `batch_writing.py` writes them.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.collection_setup import IDS_PER_QUERY, ensure_collections
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.erased_customers import UTC_RULES, ErasedCustomers
from shop_assets.document_store.loads.batch_writing import SAMPLE_IDS, BatchWriting
from shop_assets.document_store.loads.held_entries import HeldEntries
from shop_assets.document_store.loads.ledger import Ledger, LedgerEntry
from shop_assets.document_store.loads.load_order import LoadOrder, OrderedObject
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.merges import Merges
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.document_store.loads.reading_ahead import ReadDocument, ReadingAhead
from shop_assets.document_store.loads.rewritten_objects import settle
from shop_assets.document_store.loads.spellings import Spellings
from shop_assets.document_store.shapes import RejectReason
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, Document, DocumentKind
from shop_assets.documents.moments import MomentRules
from shop_assets.landing.files.reading import document_objects, read_documents
from shop_assets.landing.filling.manifest import GENERATOR, read_manifest
from shop_assets.landing.mapping.mapping_file import ShopMapping
from shop_assets.landing.mapping.stored_mapping import stored_mapping
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.unwrapping import documents_inside
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectMissingError
from shop_assets.personal_data.cipher import PersonalDataCipher

LOGGER: Final = logging.getLogger(__name__)

BATCH_SIZE: Final = 4000
"""Documents in a batch. Each waits twice for the disk, which with 1,000 took a third of a load."""


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
    *,
    writer: Writer,
    cipher: PersonalDataCipher | None = None,
    moments: MomentRules = UTC_RULES,
) -> dict[str, LoadResult]:
    """Bring the collections up to date with landing.

    Documents are never deleted, and deleted ones come back only with a new version of their object. Of several
    documents with one id the last one of the newest object wins (`load_order.py`). Memory is bounded by a batch and a
    page of objects.

    Args:
        database: The database of the collections, which are created if they are missing.
        bucket: The landing bucket.
        kinds: The kinds to load.
        batch_size: Documents per batch.
        writer: Makes the writes, as long as this run may write.
        cipher: The key ring, by which erased customers are known; it may be missing while nobody was erased.
        moments: How it is read when an erased customer registered again.

    Returns:
        The result by the kind's name.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    ensure_collections(database)
    settle(database, bucket, writer)
    deletions = Deletions(database, writer)
    mapping = stored_mapping(bucket)
    erased = ErasedCustomers.load(database, cipher, moments)
    results = {
        kind.name: _Load(database, bucket, kind, batch_size, writer, mapping, erased, deletions).run() for kind in kinds
    }
    if results.keys() == KIND_BY_NAME.keys():
        deletions.end_load(has_all_objects=not any(result.objects_missing for result in results.values()))
    return results


def retry_rejected(
    database: Database[Document],
    bucket: Bucket,
    kind: DocumentKind,
    places: Mapping[str, Iterable[int]],
    batch_size: int = BATCH_SIZE,
    *,
    writer: Writer,
    cipher: PersonalDataCipher | None = None,
    moments: MomentRules = UTC_RULES,
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
        writer: Makes the writes, as long as this run may write.
        cipher: The key ring, by which erased customers are known; it may be missing while nobody was erased.
        moments: How it is read when an erased customer registered again.

    Returns:
        What was loaded, and which objects are gone.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    ensure_collections(database)
    settle(database, bucket, writer)
    erased = ErasedCustomers.load(database, cipher, moments)
    load = _Load(
        database, bucket, kind, batch_size, writer, stored_mapping(bucket), erased, Deletions(database, writer)
    )
    return load.retry(places)


class _Load:
    """One load of one kind."""

    def __init__(
        self,
        database: Database[Document],
        bucket: Bucket,
        kind: DocumentKind,
        batch_size: int,
        writer: Writer,
        mapping: ShopMapping,
        erased: ErasedCustomers,
        deletions: Deletions,
    ) -> None:
        self._database = database
        self._bucket = bucket
        self._kind = kind
        self._batch_size = batch_size
        self._writer = writer
        self._erased = erased
        self._rules = mapping.of(kind)
        self._recognition = Form(kind, self._rules).recognition
        digest = mapping.digest(kind)
        self._ledger = Ledger(database, kind.name, deletions, digest)
        self._held = HeldEntries()
        self._result = LoadResult(kind.name, f"{mapping.name}, {digest}" if digest else "")
        self._result.rules.update(dict.fromkeys(self._rules.names(), 0))
        spellings = Spellings(database, kind, database[kind.name].find_one({}, {"_id": 1}) is not None)
        self._merges = Merges(database, kind, self._ledger, spellings)
        self._writing = BatchWriting(database, kind, writer, self._ledger, spellings, erased, deletions, self._result)
        self._has_written_older = False

    def run(self) -> LoadResult:
        manifest = read_manifest(self._bucket, self._kind)
        is_generated = manifest is not None and manifest.origin == GENERATOR
        with (
            self._writing.seen,
            self._held,
            self._ledger.stored,
            LoadOrder(self._bucket, self._ledger, is_generated=is_generated) as order,
        ):
            self._ledger.forget_restored(self._writer)
            order.add(document_objects(self._bucket, self._kind))
            has_rejects = rejects.any_saved(self._database)
            listed = 0
            for page in order.pages():
                listed += len(page)
                tasks = {task.summary.key: task for task in self._ledger.read_tasks([one.summary for one in page])}
                if has_rejects:
                    self._supersede([task.summary.key for task in tasks.values() if task.is_complete])
                with self._reading(tasks.values()) as ahead:
                    for one in page:
                        self._load(one, tasks.get(one.summary.key), ahead)
            self._writing.flush()
            self._write_held()
            self._note_undelivered()
        self._result.objects_missing = max(0, self._ledger.object_count() - listed)
        self._result.sample = self._result.sample or self._ledger.sample
        self._result.deleted = self._ledger.deleted
        return self._result

    def _reading(self, tasks: Iterable[ReadTask]) -> ReadingAhead:
        return ReadingAhead(self._kind, lambda key: read_documents(self._bucket, key, self._rules), tasks)

    def _load(self, one: OrderedObject, task: ReadTask | None, ahead: ReadingAhead) -> None:
        if task is not None:
            if task.purpose is Purpose.REREAD:
                self._writing.seen.note_former(self._ledger.ids_of(one.summary.key))
            self._read(task, ahead, holds_entry=one.has_newer)
        else:
            self._result.objects_skipped += 1
        if task is not None and task.is_complete:
            self._has_written_older |= one.has_newer
        elif self._has_written_older and (ids := self._ledger.ids_among(one.summary.key, self._written_now)):
            again = ReadTask(one.summary, Purpose.REAPPLY, ids=ids)
            with self._reading([again]) as alone:
                self._read(again, alone)

    def _written_now(self, ids: Iterable[str]) -> Iterable[str]:
        """Those of the ids that this load has had, in objects that are older than the one that it looks at."""
        wanted = list(ids)
        return {document_id for document_id in wanted if document_id in self._writing.batch.documents} | set(
            self._writing.seen.find(wanted)
        )

    def retry(self, places: Mapping[str, Iterable[int]]) -> ReloadResult:
        missing_objects = []
        found = []
        for key, positions in places.items():
            summary = self._bucket.find(key)
            if summary is None:
                missing_objects.append(key)
            elif (entry := self._ledger.resume_entry(summary)) is not None:
                found.append((ReadTask(summary, Purpose.RETRY, positions=frozenset(positions)), entry))
        with self._writing.seen, self._held, self._ledger.stored:
            for task, entry in sorted(found, key=lambda one: one[1].order):  # newer objects count, as in a load
                self._merges.begin_object()
                with self._reading([task]) as ahead:
                    self._read(task, ahead, entry)
            self._writing.flush()
        # Only now: a retry that is killed before has not changed which rejects are open.
        self._supersede(missing_objects, self._writing.accepted)
        return ReloadResult(self._writing.accepted, missing_objects)

    def _supersede(self, object_keys: Sequence[str], places: Iterable[tuple[str, int]] = ()) -> None:
        def write(session: ClientSession) -> None:
            rejects.supersede_places(self._database, places, session)
            rejects.supersede_objects(self._database, object_keys, session)

        self._writer.transact(write)

    def _read(
        self, task: ReadTask, ahead: ReadingAhead, known: LedgerEntry | None = None, *, holds_entry: bool = False
    ) -> None:
        entry = known or self._ledger.new_entry(task.summary)
        try:
            for document in ahead.documents():
                self._process(task, entry, document)
                if self._writing.batch.is_full(self._batch_size):
                    self._writing.flush(entry)
        except ObjectMissingError:
            LOGGER.warning("%s was removed from landing while it was listed; it is skipped", task.summary.key)
            return
        if holds_entry and task.is_complete:
            self._held.add(entry.to_document())
        elif task.is_complete or task.purpose is Purpose.RETRY:
            self._writing.batch.entries.append(entry.to_document())
        self._result.objects_read += 1
        self._result.bytes_read += task.summary.size

    def _process(self, task: ReadTask, entry: LedgerEntry, read: ReadDocument) -> None:
        summary, item = task.summary, read.found
        if isinstance(item, PageSummary):
            if task.is_complete:
                self._result.take_page(item)
            return
        if task.positions is not None and item.position not in task.positions and not self._merges.is_followed_by(item):
            return
        if isinstance(item, UnreadableDocument):
            fault, text, count = (
                RejectReason(item.reason, item.detail),
                rejects.decode_capped(item.text),
                item.documents,
            )
        else:
            taken = self._erased.replacement(self._kind, item.document)
            if taken is None:
                self._result.read += 1
                self._result.erased += 1
                return
            self._result.pseudonymised += taken is not item.document
            document = read.encoded if taken is item.document else to_bson(self._kind, taken)
            source = item.delivered if taken is item.document else taken  # what a reject may quote
            if isinstance(document, StorableDocument):
                if task.ids is None or document.document_id in task.ids:
                    self._accept(task, entry, document, item, source)
                return
            count = documents_inside(self._recognition, item.delivered)
            assert document is not None
            fault, text = document, rejects.to_text(source)
        if task.is_complete or task.purpose is Purpose.RETRY:  # else it was counted when this version was loaded
            self._result.read += count
            self._writing.reject(summary, item.position, fault, text, count)

    def _accept(
        self, task: ReadTask, entry: LedgerEntry, document: StorableDocument, item: ParsedDocument, source: Document
    ) -> None:
        self._result.read += 1
        if not self._writing.batch.has_room(document):
            self._writing.flush(entry)
        replaces = task.replaces(is_changed=item.is_changed) or self._merges.takes(task, entry, document)
        conflict = self._merges.conflict(task, document, self._writing.batch, is_merged=replaces)
        if conflict is not None:
            self._writing.reject(task.summary, item.position, conflict, rejects.to_text(source))
            return
        self._result.duplicate_ids += self._writing.batch.add(task, document, item.position, replaces=replaces)
        self._result.readings.update(set(item.readings))
        self._result.rules.update(item.rules)
        if task.positions is not None:
            self._writing.accepted[task.summary.key, item.position] = document.document_id
        keeps_entry = task.is_complete or task.purpose is Purpose.RETRY
        if keeps_entry and (part := entry.add(document.document_id)) is not None:
            self._writing.batch.entries.append(part)

    def _write_held(self) -> None:
        """Write the entries of older objects, now that the newer ones have been applied again."""
        for entries in self._held.batches():
            self._writer.transact(lambda session, entries=entries: self._ledger.write(entries, session))  # type: ignore[misc]

    def _note_undelivered(self) -> None:
        """Count the documents whose ids no object yields by the rules of now, and keep a few of the ids."""
        collection, result = self._database[self._kind.name], self._result
        for chunk in chunks(self._writing.seen.former_without(self._ledger.all_ids()), IDS_PER_QUERY):
            found = [stored["_id"] for stored in collection.find({"_id": {"$in": chunk}}, {"_id": 1})]
            result.undelivered_count += len(found)
            result.undelivered |= set(found[: max(0, SAMPLE_IDS - len(result.undelivered))])
