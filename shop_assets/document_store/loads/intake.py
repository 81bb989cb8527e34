"""Which of the documents that a load reads count: each goes into the batch, is rejected, or is left out."""

import logging
from collections.abc import Iterable
from typing import Final

from shop_assets.document_store import rejects
from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.loads.batch_writing import BatchWriting
from shop_assets.document_store.loads.ledger import Ledger, LedgerEntry
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.merges import Merges
from shop_assets.document_store.loads.preparation import LoadContext
from shop_assets.document_store.loads.read_tasks import ReadTask
from shop_assets.document_store.loads.reading_ahead import ReadDocument, ReadingAhead
from shop_assets.document_store.loads.spellings import Spellings
from shop_assets.document_store.shapes import RejectReason
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.landing.files.reading import read_documents
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.unwrapping import documents_inside
from shop_assets.object_store.errors import ObjectMissingError

LOGGER: Final = logging.getLogger(__name__)


class DocumentIntake:
    """Takes the documents of one kind for one load. `result` counts them, `ledger` has what was loaded before, and
    `writing` writes the batches.
    """

    def __init__(self, context: LoadContext, kind: DocumentKind) -> None:
        database, mapping = context.database, context.mapping
        self._bucket = context.bucket
        self._kind = kind
        self._batch_size = context.batch_size
        self._erased = context.erased
        self._rules = mapping.of(kind)
        self._recognition = Form(kind, self._rules).recognition
        digest = mapping.digest(kind)
        self.ledger = Ledger(database, kind.name, context.deletions, digest)
        self.result = LoadResult(kind.name, f"{mapping.name}, {digest}" if digest else "")
        self.result.rules.update(dict.fromkeys(self._rules.names(), 0))
        spellings = Spellings(database, kind, database[kind.name].find_one({}, {"_id": 1}) is not None)
        self._merges = Merges(database, kind, self.ledger, spellings)
        self.writing = BatchWriting(context, kind, self.ledger, spellings, self.result)

    def reading(self, tasks: Iterable[ReadTask]) -> ReadingAhead:
        """Prepare to read the objects of tasks, which `take` takes in the same order."""
        return ReadingAhead(self._kind, lambda key: read_documents(self._bucket, key, self._rules), tasks)

    def take(self, task: ReadTask, ahead: ReadingAhead, entry: LedgerEntry) -> bool:
        """Take the documents of the next object, and write each batch that is full.

        Args:
            task: What is read of the object, and why.
            ahead: Reads it.
            entry: The object's entry, which gets the ids. The caller writes it if the task records it.

        Returns:
            False if the object was removed while landing was listed: then it has no entry.
        """
        self._merges.begin_object()
        try:
            for document in ahead.documents():
                self._process(task, entry, document)
                if self.writing.batch.is_full(self._batch_size):
                    self.writing.flush(entry)
        except ObjectMissingError:
            LOGGER.warning("%s was removed from landing while it was listed; it is skipped", task.summary.key)
            return False
        self.result.objects_read += 1
        self.result.bytes_read += task.summary.size
        return True

    def _process(self, task: ReadTask, entry: LedgerEntry, read: ReadDocument) -> None:
        item = read.found
        if isinstance(item, PageSummary):
            if task.is_complete:
                self.result.take_page(item)
        elif task.positions is None or item.position in task.positions or self._merges.is_followed_by(item):
            if isinstance(item, UnreadableDocument):
                fault = RejectReason(item.reason, item.detail)
                self._reject(task, item.position, fault, rejects.decode_capped(item.text), item.documents)
            else:
                self._take_parsed(task, entry, item, read.encoded)

    def _take_parsed(
        self, task: ReadTask, entry: LedgerEntry, item: ParsedDocument, encoded: StorableDocument | RejectReason | None
    ) -> None:
        kept = self._erased.replacement(self._kind, item.document)
        if kept is None:
            self.result.read += 1
            self.result.erased += 1
            return
        is_pseudonymised = kept is not item.document
        self.result.pseudonymised += is_pseudonymised
        document = to_bson(self._kind, kept) if is_pseudonymised else encoded
        source = kept if is_pseudonymised else item.delivered  # what a reject may quote
        if isinstance(document, StorableDocument):
            if task.ids is None or document.document_id in task.ids:
                self._accept(task, entry, document, item, source)
            return
        assert document is not None
        count = documents_inside(self._recognition, item.delivered)
        self._reject(task, item.position, document, rejects.to_text(source), count)

    def _reject(self, task: ReadTask, position: int, fault: RejectReason, text: str, count: int) -> None:
        if task.is_recorded:  # else it was counted when this version was loaded
            self.result.read += count
            self.writing.reject(task.summary, position, fault, text, count)

    def _accept(
        self, task: ReadTask, entry: LedgerEntry, document: StorableDocument, item: ParsedDocument, source: Document
    ) -> None:
        self.result.read += 1
        if not self.writing.batch.has_room(document):
            self.writing.flush(entry)
        replaces = task.replaces(is_changed=item.is_changed) or self._merges.takes(task, entry, document)
        conflict = self._merges.conflict(task, document, self.writing.batch, is_merged=replaces)
        if conflict is not None:
            self.writing.reject(task.summary, item.position, conflict, rejects.to_text(source))
            return
        self.result.duplicate_ids += self.writing.batch.add(task, document, item.position, replaces=replaces)
        self.result.readings.update(set(item.readings))
        self.result.rules.update(item.rules)
        if task.positions is not None:
            self.writing.accepted[task.summary.key, item.position] = document.document_id
        if task.is_recorded and (part := entry.add(document.document_id)) is not None:
            self.writing.add_entry(part)
