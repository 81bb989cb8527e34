"""Loading: from the objects in landing into the collections, only what is new, changed or lost.

This module decides what is read, and in which order; `intake.py` decides which documents count, and
`batch_writing.py` writes them.
"""

from collections.abc import Iterable, Sequence

from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import IDS_PER_QUERY
from shop_assets.document_store.loads.batch_writing import SAMPLE_IDS
from shop_assets.document_store.loads.held_entries import HeldEntries
from shop_assets.document_store.loads.intake import DocumentIntake
from shop_assets.document_store.loads.load_order import LoadOrder, OrderedObject
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.preparation import BATCH_SIZE, LoadContext
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.document_store.loads.reading_ahead import ReadingAhead
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, Document, DocumentKind
from shop_assets.documents.moments import UTC_RULES, MomentRules
from shop_assets.landing.files.reading import document_objects
from shop_assets.landing.filling.manifest import GENERATOR, read_manifest
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.personal_data.cipher import PersonalDataCipher


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
        moments: How times are read, which decides whether an erased customer registered again.

    Returns:
        The result by the kind's name.

    Raises:
        DocumentStoreError: MongoDB refused a write, and no single document is the cause; or erased customers cannot be
            recognised without the key ring.
        ObjectStoreError: An object could not be read, or was replaced while it was read.
        ManifestError: The mapping or the manifest in landing cannot be read.
    """
    context = LoadContext.prepare(database, bucket, batch_size, writer, cipher, moments)
    results = {kind.name: KindLoad(context, kind).run() for kind in kinds}
    if results.keys() == KIND_BY_NAME.keys():
        context.deletions.end_load(has_all_objects=not any(result.objects_missing for result in results.values()))
    return results


class KindLoad:
    """One load of one kind."""

    def __init__(self, context: LoadContext, kind: DocumentKind) -> None:
        self._database = context.database
        self._bucket = context.bucket
        self._writer = context.writer
        self._kind = kind
        self._intake = DocumentIntake(context, kind)
        self._ledger, self._result = self._intake.ledger, self._intake.result
        self._writing = self._intake.writing
        self._held = HeldEntries()
        self._has_written_older = False

    def run(self) -> LoadResult:
        """Bring the kind's collection up to date with landing.

        Returns:
            What was done.
        """
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
            object_count = 0
            for page in order.pages():
                object_count += len(page)
                summaries = [listed.summary for listed in page]
                tasks = {task.summary.key: task for task in self._ledger.read_tasks(summaries)}
                if has_rejects:
                    self._supersede([task.summary.key for task in tasks.values() if task.is_complete])
                with self._intake.reading(tasks.values()) as ahead:
                    for listed in page:
                        self._load(listed, tasks.get(listed.summary.key), ahead)
            self._writing.flush()
            self._write_held()
            self._note_undelivered()
        self._result.objects_missing = max(0, self._ledger.object_count() - object_count)
        self._result.sample = self._result.sample or self._ledger.sample
        self._result.deleted = self._ledger.deleted
        return self._result

    def _supersede(self, object_keys: Sequence[str]) -> None:
        self._writer.transact(lambda session: rejects.supersede_objects(self._database, object_keys, session))

    def _load(self, listed: OrderedObject, task: ReadTask | None, ahead: ReadingAhead) -> None:
        if task is None:
            self._result.objects_skipped += 1
            self._reapply(listed.summary)
            return
        if task.purpose is Purpose.REREAD:
            self._writing.seen.note_former(self._ledger.ids_of(listed.summary.key))
        self._read(task, ahead, holds_entry=listed.has_newer)
        if task.is_complete:
            self._has_written_older |= listed.has_newer
        else:
            self._reapply(listed.summary)

    def _reapply(self, summary: ObjectSummary) -> None:
        """Read the documents of a loaded object that older objects, which this load wrote, have too."""
        if self._has_written_older and (ids := self._ledger.ids_among(summary.key, self._written_now)):
            again = ReadTask(summary, Purpose.REAPPLY, ids=ids)
            with self._intake.reading([again]) as alone:
                self._read(again, alone)

    def _read(self, task: ReadTask, ahead: ReadingAhead, *, holds_entry: bool = False) -> None:
        entry = self._ledger.new_entry(task.summary)
        if self._intake.take(task, ahead, entry) and task.is_complete:
            keep = self._held.add if holds_entry else self._writing.add_entry
            keep(entry.to_document())

    def _written_now(self, ids: Iterable[str]) -> Iterable[str]:
        """Those of the ids that this load has had, in objects that are older than the one that it looks at."""
        wanted = list(ids)
        return {document_id for document_id in wanted if document_id in self._writing.batch.documents} | set(
            self._writing.seen.find(wanted)
        )

    def _write_held(self) -> None:
        """Write the entries of older objects, now that the newer ones have been applied again."""
        for entries in self._held.batches():
            self._writer.transact(lambda session, entries=entries: self._ledger.write(entries, session))  # type: ignore[misc]

    def _note_undelivered(self) -> None:
        """Count the documents whose ids no object yields by the current rules, and keep a few of the ids."""
        collection, result = self._database[self._kind.name], self._result
        for chunk in chunks(self._writing.seen.former_without(self._ledger.all_ids()), IDS_PER_QUERY):
            found = [stored["_id"] for stored in collection.find({"_id": {"$in": chunk}}, {"_id": 1})]
            result.undelivered_count += len(found)
            result.undelivered |= set(found[: max(0, SAMPLE_IDS - len(result.undelivered))])
