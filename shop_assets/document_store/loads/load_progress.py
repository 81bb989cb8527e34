"""The state of a load: the batch that was read and not written yet, and the counts of what was done."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Final

import bson
from bson.raw_bson import RawBSONDocument

from shop_assets.document_store.bson_documents import StorableDocument
from shop_assets.document_store.loads.identities import lose_lines
from shop_assets.document_store.loads.read_tasks import ReadTask
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.landing.mapping.translation import PageSummary
from shop_assets.landing.wrappers.page_claims import PageClaims
from shop_assets.object_store.bucket import ObjectSummary

BATCH_BYTES: Final = 16 * 1024 * 1024
"""A batch is written before it has more bytes, or when it has as many documents as it may have. One document alone may
be nearly as large."""


@dataclass(frozen=True)
class Place:
    """Where a document of a batch is in landing, and how its id is spelled there."""

    summary: ObjectSummary
    position: int
    spelling: str


@dataclass
class LoadBatch:
    """The documents and their places in landing, both by id; the rejects found on the way; and the ledger entries to
    write.
    """

    documents: dict[str, RawBSONDocument] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    insert_only: set[str] = field(default_factory=set)
    """Documents of versions that were loaded before: what the collection has under their ids is newer and stays."""
    deletion_unchecked: set[str] = field(default_factory=set)
    """Those for which it is not known yet whether they were deleted in MongoDB."""
    disagreeing: set[str] = field(default_factory=set)
    """Ids of which two objects have different documents, or one object has a purchase with other lines."""
    rejects: list[RejectedDocument] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0

    def is_full(self, batch_size: int) -> bool:
        """Whether it is time to write."""
        held = max(len(self.documents), len(self.rejects), len(self.entries))
        return held >= batch_size or self.size >= BATCH_BYTES

    def has_room(self, document: StorableDocument) -> bool:
        """Whether a document fits beside the others: a transaction must fit into the server's cache."""
        return not self.documents or self.size + len(document.bson.raw) <= BATCH_BYTES

    def add(self, task: ReadTask, document: StorableDocument, position: int, *, replaces: bool) -> bool:
        """Add a document. Returns whether it replaces one with its id.

        If one of several documents with the same id replaces what the collection has, the last of them is written.
        """
        document_id = document.document_id
        earlier = self.documents.pop(document_id, None)
        if earlier is not None and earlier.raw != document.bson.raw:
            is_elsewhere = self.places[document_id].summary.key != task.summary.key
            if is_elsewhere or lose_lines(bson.decode(earlier.raw), bson.decode(document.bson.raw)):
                self.disagreeing.add(document_id)
        if replaces:
            self.insert_only.discard(document_id)
        elif earlier is None:
            self.insert_only.add(document_id)
        if not task.checks_deletions and replaces:
            self.deletion_unchecked.discard(document_id)
        elif earlier is None and task.checks_deletions:
            self.deletion_unchecked.add(document_id)
        self.documents[document_id] = document.bson
        self.places[document_id] = Place(task.summary, position, document.spelling)
        self.size += len(document.bson.raw)
        return earlier is not None

    def select(self, ids: Container[str]) -> dict[str, RawBSONDocument]:
        """The documents of these ids, in the order in which they were read."""
        return {document_id: document for document_id, document in self.documents.items() if document_id in ids}


@dataclass
class LoadResult:
    """What a load did with one kind.

    Every document that was read is exactly one of inserted, replaced, unchanged, a duplicate id, of an erased customer,
    or rejected. Where a text could not be read, the documents in it are estimated.
    """

    kind: str
    mapping: str = ""
    """The name and digest of the mapping by which the kind was read."""
    read: int = 0
    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    """Equal to what the collection has, or of a version that was loaded before: then the collection's document stays,
    and a deleted one stays deleted."""
    duplicate_ids: int = 0
    disagreeing: set[str] = field(default_factory=set)
    """A few ids of which two objects have different documents, or one object has a purchase with other lines: the
    later document counts."""
    disagreeing_count: int = 0
    undelivered: set[str] = field(default_factory=set)
    """A few ids that objects had by other rules, and by these no object has; their documents stay in MongoDB."""
    undelivered_count: int = 0
    erased: int = 0
    """Documents of erased customers, which are not loaded."""
    pseudonymised: int = 0
    """Purchases of erased customers, which are loaded under a pseudonym; they are counted as what becomes of them."""
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    """How many documents were read by unwrapping, Extended JSON and the like, by what was done."""
    pages: PageClaims = field(default_factory=PageClaims)
    """What the pages among the objects say of other pages."""
    rules: Counter[str] = field(default_factory=Counter)
    """How many documents each rule of the mapping changed."""
    restored: int = 0
    """Documents that the collection had lost and landing still has; they are among the inserted."""
    deleted: int = 0
    """Documents that landing still has and that stay deleted in MongoDB."""
    objects_read: int = 0
    objects_skipped: int = 0
    objects_missing: int = 0
    """Objects that were loaded once and that landing has no more."""
    bytes_read: int = 0
    sample: list[str] = field(default_factory=list)
    """A few ids of the kind, whether they were read now or before."""

    def take_page(self, page: PageSummary) -> None:
        """Count a page.

        Args:
            page: What was found beside its documents.
        """
        self.readings.update(set(page.readings))
        if page.claim is not None:
            self.pages.add(page.claim)

    @property
    def missing_pages(self) -> str:
        """What the pages name and this load did not read, as a clause; empty if that is nothing."""
        return self.pages.missing(self.read)

    def warnings(self) -> list[str]:
        """Say what an operator should look at in what was delivered.

        Returns:
            The warnings, as sentences.
        """
        found = []
        if self.disagreeing_count:
            found.append(
                f"{self.disagreeing_count:,} {self.kind} are there several times, in files that disagree or with other "
                f"lines, {', '.join(sorted(self.disagreeing))} for example: the newest one counts."
            )
        if self.undelivered_count:
            found.append(
                f"{self.undelivered_count:,} {self.kind} have ids that no file yields since the rules changed, "
                f"{', '.join(sorted(self.undelivered))} for example: they stay in MongoDB until you delete them "
                "(docs/mapping.md)."
            )
        if self.missing_pages:
            found.append(
                f"Pages of {self.kind} name more than this run read: {self.missing_pages}. Deliver the others if they "
                "are still missing."
            )
        return found
