"""Loading: from the objects in landing into the collections, only what is new, changed or lost.

This module decides the order of writes, so that a load killed at any moment is finished by the next one with the same
result: a batch's documents first, then, in one transaction, its rejects and the ledger entries of the objects that are
complete.
"""

import itertools
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import bson
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.pace import advance
from shop_assets.coordination.writers import SoleWriter, Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.document_store.held_entries import HeldEntries
from shop_assets.document_store.id_chunks import chunks
from shop_assets.document_store.ledger import SAMPLE_SIZE, Ledger, LedgerEntry, Purpose, ReadTask
from shop_assets.document_store.load_order import LoadOrder, OrderedObject
from shop_assets.document_store.load_progress import LoadBatch, LoadResult
from shop_assets.document_store.loaded_ids import LoadedId, LoadedIds
from shop_assets.document_store.reading_ahead import ReadDocument, ReadingAhead
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.document_store.rewritten_objects import settle
from shop_assets.document_store.shapes import RejectReason
from shop_assets.document_store.spellings import Spellings, accepted_ids
from shop_assets.document_store.writing import insert_documents, write_documents
from shop_assets.documents.kinds import KINDS, DocumentKind, natural_id
from shop_assets.landing.manifest import GENERATOR, read_manifest
from shop_assets.landing.mapping_file import ShopMapping
from shop_assets.landing.reading import document_objects, read_documents
from shop_assets.landing.stored_mapping import stored_mapping
from shop_assets.landing.translation import EmptyPage, Form, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers import documents_inside
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.object_store.errors import ObjectMissingError
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.contacts import without_contacts

LOGGER: Final = logging.getLogger(__name__)

BATCH_SIZE: Final = 1000
"""Documents in a batch."""

SAMPLE_IDS: Final = 10
"""So many ids of disagreeing documents are named."""

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
    cipher: PersonalDataCipher | None = None,
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
        writer: Makes the writes, as long as this run may write; by default this caller is the only writer.
        cipher: The key ring, by which erased customers are known; it may be missing while nobody was erased.

    Returns:
        The result by the kind's name.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    ensure_collections(database)
    deletions = Deletions(database)
    writer = writer or SoleWriter(database.client)
    settle(database, bucket, writer)
    deletions.sync_before_load(writer)
    mapping = stored_mapping(bucket)
    erased = ErasedCustomers.load(database, cipher)
    results = {kind.name: _Load(database, bucket, kind, batch_size, writer, mapping, erased).run() for kind in kinds}
    deletions.sync_after_load(writer)
    return results


def retry_rejected(
    database: Database[Document],
    bucket: Bucket,
    kind: DocumentKind,
    places: Mapping[str, Iterable[int]],
    batch_size: int = BATCH_SIZE,
    writer: Writer | None = None,
    cipher: PersonalDataCipher | None = None,
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
        cipher: The key ring, by which erased customers are known; it may be missing while nobody was erased.

    Returns:
        What was loaded, and which objects are gone.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    ensure_collections(database)
    writer = writer or SoleWriter(database.client)
    settle(database, bucket, writer)
    erased = ErasedCustomers.load(database, cipher)
    load = _Load(database, bucket, kind, batch_size, writer, stored_mapping(bucket), erased)
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
    ) -> None:
        self._database = database
        self._bucket = bucket
        self._kind = kind
        self._batch_size = batch_size
        self._writer = writer
        self._erased = erased
        self._rules = mapping.of(kind)
        self._recognition = Form(kind, self._rules).recognition
        self._ledger = Ledger(database, kind.name, mapping.digest(kind))
        self._seen = LoadedIds()
        self._held = HeldEntries()
        self._batch = LoadBatch()
        digest = mapping.digest(kind)
        self._result = LoadResult(kind.name, f"{mapping.name}, {digest}" if digest else "")
        self._result.rules.update(dict.fromkeys(self._rules.names(), 0))
        self._deletions = Deletions(database)
        self._has_deletions = self._deletions.any_recorded()
        self._spellings = Spellings(database, kind, database[kind.name].find_one({}, {"_id": 1}) is not None)
        self._has_written_older = False
        self._retried: dict[tuple[str, int], str] = {}
        self._merged: set[str] = set()
        """Ids of which the object that is read has had a document that was merged."""

    def run(self) -> LoadResult:
        manifest = read_manifest(self._bucket, self._kind)
        is_generated = manifest is not None and manifest.origin == GENERATOR
        with (
            self._seen,
            self._held,
            self._ledger.stored,
            LoadOrder(self._bucket, self._ledger, is_generated=is_generated) as order,
        ):
            order.add(document_objects(self._bucket, self._kind))
            has_rejects = rejects.any_saved(self._database)
            for page in order.pages():
                tasks = {task.summary.key: task for task in self._ledger.read_tasks([one.summary for one in page])}
                if has_rejects:
                    self._supersede([task.summary.key for task in tasks.values() if task.is_complete])
                with self._reading(tasks.values()) as ahead:
                    for one in page:
                        self._load(one, tasks.get(one.summary.key), ahead)
            self._flush()
            self._write_held()
            self._note_undelivered()
        self._result.sample = self._result.sample or self._ledger.sample
        self._result.deleted = self._ledger.deleted
        return self._result

    def _reading(self, tasks: Iterable[ReadTask]) -> ReadingAhead:
        return ReadingAhead(self._kind, lambda key: read_documents(self._bucket, key, self._rules), tasks)

    def _load(self, one: OrderedObject, task: ReadTask | None, ahead: ReadingAhead) -> None:
        if task is not None:
            if task.purpose is Purpose.REREAD:
                self._seen.note_former(self._ledger.ids_of(one.summary.key))
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
        return {document_id for document_id in wanted if document_id in self._batch.documents} | set(
            self._seen.find(wanted)
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
        with self._seen, self._held, self._ledger.stored:
            for task, entry in sorted(found, key=lambda one: one[1].order):  # newer objects count, as in a load
                self._merged.clear()
                with self._reading([task]) as ahead:
                    self._read(task, ahead, entry)
            self._flush()
        # Only now: a retry that is killed before has not changed which rejects are open.
        self._supersede(missing_objects, self._retried)
        return ReloadResult(self._retried, missing_objects)

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
                if self._batch.is_full(self._batch_size):
                    self._flush(entry)
        except ObjectMissingError:
            LOGGER.warning("%s was removed from landing while it was listed; it is skipped", task.summary.key)
            return
        if holds_entry and task.is_complete:
            self._held.add(entry.to_document())
        elif task.is_complete or task.purpose is Purpose.RETRY:
            self._batch.entries.append(entry.to_document())
        self._result.objects_read += 1
        self._result.bytes_read += task.summary.size

    def _process(self, task: ReadTask, entry: LedgerEntry, read: ReadDocument) -> None:
        summary, item = task.summary, read.found
        if isinstance(item, EmptyPage):
            self._result.readings.update(set(item.readings) if task.is_complete else ())
            return
        if task.positions is not None and item.position not in task.positions and not self._follows_merged(item):
            return
        if isinstance(item, UnreadableDocument):
            fault, text, count = (
                RejectReason(item.reason, item.detail),
                rejects.decode_capped(item.text),
                item.documents,
            )
        else:
            taken = self._erased.taken(self._kind, item.document)
            if taken is None:
                self._result.read += 1
                self._result.erased += 1
                return
            self._result.pseudonymised += taken is not item.document
            document = read.encoded if taken is item.document else to_bson(self._kind, taken)
            if isinstance(document, StorableDocument):
                if task.ids is None or document.document_id in task.ids:
                    self._accept(task, entry, document, item)
                return
            count = documents_inside(self._recognition, item.delivered)
            lain = item.delivered if taken is item.document else taken
            assert document is not None
            fault, text = document, rejects.to_text(lain)
        if task.is_complete or task.purpose is Purpose.RETRY:  # else it was counted when this version was loaded
            self._result.read += count
            self._reject(summary, item.position, fault, text, count)

    def _accept(self, task: ReadTask, entry: LedgerEntry, document: StorableDocument, item: ParsedDocument) -> None:
        self._result.read += 1
        if not self._batch.has_room(document):
            self._flush(entry)
        replaces = task.replaces(is_changed=item.is_changed) or self._merges(task, entry, document)
        conflict = self._conflict(task, document, is_merged=replaces)
        if conflict is not None:
            self._reject(task.summary, item.position, conflict, rejects.to_text(item.delivered))
            return
        self._result.duplicate_ids += self._batch.add(task, document, item.position, replaces=replaces)
        self._result.readings.update(set(item.readings))
        self._result.rules.update(item.rules)
        if task.positions is not None:
            self._retried[task.summary.key, item.position] = document.document_id
        keeps_entry = task.is_complete or task.purpose is Purpose.RETRY
        if keeps_entry and (part := entry.add(document.document_id)) is not None:
            self._batch.entries.append(part)

    def _merges(self, task: ReadTask, entry: LedgerEntry, document: StorableDocument) -> bool:
        """Whether a rejected document is one that was rejected for its id alone, somebody has accepted the id, and no
        newer object has a document of it.
        """
        name = document.document_id
        if task.purpose is not Purpose.RETRY or not accepted_ids(self._database, self._kind, [name]):
            return False
        if self._ledger.has_newer(entry, name):
            return False
        self._merged.add(name)
        return True

    def _follows_merged(self, item: ParsedDocument | UnreadableDocument) -> bool:
        """Whether a document comes after one of its id in the same object that was merged: then it counts."""
        return isinstance(item, ParsedDocument) and natural_id(self._kind, item.document) in self._merged

    def _conflict(self, task: ReadTask, document: StorableDocument, *, is_merged: bool) -> RejectReason | None:
        """Why a document may not replace the one with its id that the batch has, or its object had before."""
        name = document.document_id
        place = self._batch.places.get(name)
        earlier = self._batch.documents.get(name)
        stored = None if earlier is None else bson.decode(earlier.raw)
        spelling = document.spelling if place is None else place.spelling
        if stored is not None and place is not None and spelling == document.spelling:
            stored = stored if place.summary.key == task.summary.key else None
        elif stored is None and task.purpose is Purpose.RETRY and not is_merged:
            of_object = self._ledger.ids_among(task.summary.key, lambda ids: [one for one in ids if one == name])
            stored = self._database[self._kind.name].find_one({"_id": name}) if of_object else None
        if stored is None:
            return None
        conflict = self._spellings.conflict(stored, spelling, bson.decode(document.bson.raw), document.spelling)
        return None if conflict is None or accepted_ids(self._database, self._kind, [name]) else conflict

    def _reject(self, summary: ObjectSummary, position: int, fault: RejectReason, text: str, count: int = 1) -> None:
        self._retried.pop((summary.key, position), None)
        self._result.rejected += count
        self._result.reasons[fault.reason] += count
        text = text if self._erased.may_keep(text) else ""
        self._batch.size += len(text)
        self._batch.rejects.append(
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

    def _flush(self, unfinished: LedgerEntry | None = None) -> None:
        self._writer.check()
        batch, result = self._batch, self._result
        self._skip_deleted()
        seen = self._seen.find(batch.documents)
        conflicting = self._skip_conflicts(seen)
        repeated = seen.keys() & batch.documents.keys()
        self._note_disagreeing(seen, repeated)
        self._seen.mark(
            {
                document_id: LoadedId(batch.places[document_id].summary.key, batch.places[document_id].spelling)
                for document_id in batch.documents
            }
        )
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
            place = batch.places[document_id]
            text = rejects.to_text(bson.decode(batch.documents[document_id].raw))
            self._reject(place.summary, place.position, RejectReason(reason), text)
        left_out = refused.keys() | conflicting
        self._writer.transact(lambda session: self._write_records(left_out, session))
        if unfinished is not None:
            unfinished.ids = [document_id for document_id in unfinished.ids if document_id not in left_out]
        advance(len(batch.documents) + len(batch.rejects))
        self._batch = LoadBatch()

    def _write_records(self, left_out: Collection[str], session: ClientSession) -> None:
        rejects.save(self._database, self._batch.rejects, session)
        if self._has_deletions:
            self._deletions.forget(self._kind.name, self._batch.documents, session)
        self._ledger.write([_without(entry, left_out) for entry in self._batch.entries], session)
        self._erased.save_registrations(session)

    def _write_held(self) -> None:
        """Write the entries of older objects, now that the newer ones have been applied again."""
        for entries in self._held.batches():
            self._writer.transact(lambda session, entries=entries: self._ledger.write(entries, session))  # type: ignore[misc]

    def _note_undelivered(self) -> None:
        """Count the documents whose ids no object yields by the rules of now, and keep a few of the ids."""
        collection, result = self._database[self._kind.name], self._result
        for chunk in chunks(self._seen.former_without(self._ledger.all_ids())):
            found = [stored["_id"] for stored in collection.find({"_id": {"$in": chunk}}, {"_id": 1})]
            result.undelivered_count += len(found)
            result.undelivered |= set(found[: max(0, SAMPLE_IDS - len(result.undelivered))])

    def _skip_deleted(self) -> None:
        if self._has_deletions:
            for document_id in self._deletions.deleted_among(self._kind.name, self._batch.deletion_unchecked):
                del self._batch.documents[document_id]
                self._result.unchanged += 1

    def _skip_conflicts(self, seen: Mapping[str, LoadedId]) -> set[str]:
        """Reject the documents whose id is spelled otherwise than that of a document with which they disagree."""
        batch = self._batch
        conflicts = self._spellings.conflicts(batch, seen)
        for document_id, reason in conflicts.items():
            place = batch.places[document_id]
            text = rejects.to_text(bson.decode(batch.documents.pop(document_id).raw))
            self._reject(place.summary, place.position, reason, text)
        return set(conflicts)

    def _note_disagreeing(self, seen: Mapping[str, LoadedId], repeated: Iterable[str]) -> None:
        """Count the ids of which two objects have different documents, and keep a few of them."""
        batch, result = self._batch, self._result
        elsewhere = [name for name in repeated if seen[name].object_key != batch.places[name].summary.key]
        collection = self._database[self._kind.name]
        found = set(batch.disagreeing)
        for chunk in chunks(elsewhere):
            for stored in collection.find({"_id": {"$in": chunk}}):
                if stored != bson.decode(batch.documents[stored["_id"]].raw, collection.codec_options):
                    found.add(stored["_id"])
        result.disagreeing_count += self._seen.note_disagreeing(found) if found else 0
        result.disagreeing |= set(itertools.islice(found, max(0, SAMPLE_IDS - len(result.disagreeing))))


def _without(entry: Document, left_out: Collection[str]) -> Document:
    """The entry without ids that were left out: the ledger names only what should be in the collection."""
    return (
        entry | {"ids": [document_id for document_id in entry["ids"] if document_id not in left_out]}
        if left_out
        else entry
    )
