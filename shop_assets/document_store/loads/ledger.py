"""The load ledger: which version of which object was loaded, and which ids it had.

It avoids reading unchanged objects again, and is never trusted over the collections: ids that it names and the
collection lacks are read again from their objects.

An object's entry has the object's key as `_id`, its ETag, and the last of its ids; an object of many documents has its
other ids in parts of bounded size, whose `_id` is the part's number, a line feed and the key: no key begins with a
digit. The entry is written last: without it the parts mean nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.pages import with_prefix
from shop_assets.document_store.collection_setup import IDS_PER_QUERY, LOADED_OBJECTS
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.document_store.loads.stored_ids import StoredIds
from shop_assets.document_store.writing import write_all
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document
from shop_assets.landing.files.file_order import natural_order
from shop_assets.object_store.bucket import ObjectSummary

IDS_PER_PART: Final = 1000
"""At most half a megabyte, with ids of the greatest length."""

LOADER_VERSION: Final = 3
"""Increment this when the loader's rules change in a way that requires reading all objects again."""

PAGE: Final = 1000
"""Objects that are compared with the ledger at once."""

MAXIMUM_MISSING: Final = 10_000
"""Lost ids in memory for a page of objects. An object with more of them is read whole, which has the same result at the
price of a query for each of its documents."""

SAMPLE_SIZE: Final = 3


class Ledger:
    """The entries of one kind's objects."""

    def __init__(self, database: Database[Document], kind: str, deletions: Deletions, mapping: str = "") -> None:
        self._kind = kind
        self._mapping = mapping
        self._deletions = deletions
        self._knows_deletions = False
        self._entries: Collection[Document] = database[LOADED_OBJECTS]
        self.stored = StoredIds(database[kind])
        """The collection's ids, which are never taken from the ledger; the caller closes them."""
        self.sample: list[str] = []
        """A few of the ids that the ledger names."""
        self.deleted = 0
        """Ids that the ledger names and whose documents were deleted in MongoDB."""

    def object_count(self) -> int:
        """How many objects it names, whether landing has them or not."""
        return self._entries.count_documents({"kind": self._kind, "etag": {"$exists": True}})

    def read_tasks(self, page: Sequence[ObjectSummary]) -> Iterator[ReadTask]:
        """What must be read of these objects, in their order: new and changed ones, and those with lost ids."""
        entries = self._known(page)
        unchanged = [summary for summary in page if self._is_current(entries.get(summary.key), summary)]
        missing = self._missing(entries[summary.key] for summary in unchanged)
        for summary in page:
            entry = entries.get(summary.key)
            if entry is None or entry["etag"] != summary.etag:
                yield ReadTask(summary, Purpose.NEW)
            elif not self._is_current(entry, summary):
                has_other_mapping = entry.get("mapping", "") != self._mapping
                yield ReadTask(summary, Purpose.REREAD, has_other_mapping=has_other_mapping)
            elif summary.key in missing:
                lost = missing[summary.key]
                yield ReadTask(summary, Purpose.RESTORE, ids=None if lost is None else frozenset(lost))

    def current_entries(self, page: Iterable[ObjectSummary]) -> dict[str, Document]:
        """The entries of those objects that are unchanged since they were loaded, by these rules, by their keys."""
        summaries = {summary.key: summary for summary in page}
        known = self._known(summaries.values())
        return {key: entry for key, entry in known.items() if self._is_current(entry, summaries[key])}

    def ids_among(self, key: str, wanted: Callable[[Iterable[str]], Iterable[str]]) -> frozenset[str]:
        """Those ids of an object that are wanted.

        Args:
            key: The object's key.
            wanted: Selects among some ids.

        Returns:
            The ids; none if the ledger does not know the object.
        """
        found: set[str] = set()
        for batch in chunks(self.ids_of(key), IDS_PER_PART):
            found.update(wanted(batch))
        return frozenset(found)

    def ids_of(self, key: str) -> Iterator[str]:
        """The ids of an object, as it was loaded last.

        Args:
            key: The object's key.

        Yields:
            The ids; none if the ledger does not know the object.
        """
        entry = self._entries.find_one({"_id": key})
        if entry is not None:
            yield from self._ids(entry)

    def all_ids(self) -> Iterator[str]:
        """The ids of all objects of the kind.

        Yields:
            The ids, object by object.
        """
        for entry in with_prefix(self._entries, f"{self._kind}/"):
            yield from self._ids(entry)

    def resume_entry(self, summary: ObjectSummary) -> "LedgerEntry | None":
        """The entry of an object that is unchanged since its load, to add ids to; None if it must be read whole."""
        entry = self._entries.find_one({"_id": summary.key})
        if entry is None or not self._is_current(entry, summary):
            return None
        return LedgerEntry(entry["kind"], summary, self._mapping, entry["parts"], entry["ids"], entry.get("modified"))

    def has_newer(self, entry: "LedgerEntry", document_id: str) -> bool:
        """Whether a newer object than an entry's has an id. It looks at all entries: ask it of few ids.

        Args:
            entry: The entry of the object.
            document_id: A natural id.

        Returns:
            True if the document of the newer object counts.
        """
        keys = {
            found["_id"].partition("\n")[2] if found["_id"][:1].isdigit() else found["_id"]
            for found in self._entries.find({"kind": self._kind, "ids": document_id}, {"_id": 1})
        }
        others = self._entries.find({"_id": {"$in": list(keys)}}, {"modified": 1})
        return any((other.get("modified") or 0.0, natural_order(other["_id"])) > entry.order for other in others)

    def new_entry(self, summary: ObjectSummary) -> "LedgerEntry":
        """The entry of an object that is read whole."""
        return LedgerEntry(self._kind, summary, self._mapping)

    def _is_current(self, entry: Document | None, summary: ObjectSummary) -> bool:
        return (
            entry is not None
            and entry["etag"] == summary.etag
            and entry["loader_version"] == LOADER_VERSION
            and entry.get("mapping", "") == self._mapping
        )

    def _known(self, page: Iterable[ObjectSummary]) -> dict[str, Document]:
        found = {}
        for chunk in chunks((summary.key for summary in page), IDS_PER_QUERY):
            for entry in self._entries.find({"_id": {"$in": chunk}}):
                found[entry["_id"]] = entry
        return found

    def _missing(self, entries: Iterable[Document]) -> dict[str, set[str] | None]:
        """The ids that the collection lost, by object; None where `MAXIMUM_MISSING` is exceeded."""
        missing: dict[str, set[str] | None] = {}
        held = 0
        owned = ((entry["_id"], document_id) for entry in entries for document_id in self._ids(entry))
        for batch in chunks(owned, IDS_PER_PART):
            self.sample = self.sample or [document_id for _, document_id in batch[:SAMPLE_SIZE]]
            absent = {document_id for _, document_id in batch}
            absent -= self.stored.present(absent)
            lost = absent - self.deleted_among(absent)
            self.deleted += len(absent) - len(lost)
            for key, document_id in batch:
                of_object = missing.setdefault(key, set()) if document_id in lost else None
                if of_object is None or document_id in of_object:
                    continue
                if held < MAXIMUM_MISSING:
                    of_object.add(document_id)
                    held += 1
                else:
                    held -= len(of_object)
                    missing[key] = None
        return missing

    def deleted_among(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids whose documents were deleted in MongoDB, and not lost.

        Args:
            ids: Natural ids; those that the collection has are none of them.

        Returns:
            The deleted ones.
        """
        wanted = set(ids)
        if not wanted:  # the collection's ids need not be read
            return set()
        absent = wanted - self.stored.present(wanted)
        recorded = self._deletions.recorded_among(self._kind, absent)
        if absent == recorded or self._knows_deletions:
            return recorded
        # Once is enough: the collection's ids were read before, so whatever is absent was gone by then.
        self._deletions.follow()
        self._knows_deletions = True
        return self._deletions.recorded_among(self._kind, absent)

    def forget_restored(self, writer: Writer) -> None:
        """Forget the deletions of documents that somebody has inserted again: they count as lost when they are missing.

        Args:
            writer: Makes the writes.
        """
        recorded = self._deletions.recorded(self._kind)
        for batch in chunks(recorded, IDS_PER_PART):
            if restored := self.stored.present(batch):
                writer.transact(partial(self._deletions.forget, self._kind, restored))

    def _ids(self, entry: Document) -> Iterator[str]:
        for number in range(entry["parts"]):
            part = self._entries.find_one({"_id": _part_id(entry["_id"], number)})
            yield from part["ids"] if part else ()
        yield from entry["ids"]

    def write(self, entries: Sequence[Mapping[str, Any]], session: ClientSession | None = None) -> None:
        """Write parts and entries in their order, so that of two entries with one id the later one stays."""
        writes = [ReplaceOne({"_id": entry["_id"]}, dict(entry), upsert=True) for entry in entries]
        write_all(self._entries, writes, ordered=True, session=session)


class LedgerEntry:
    """The entry of an object while it is being read; `parts` and `ids` are what it has already."""

    def __init__(
        self,
        kind: str,
        summary: ObjectSummary,
        mapping: str = "",
        parts: int = 0,
        ids: Iterable[str] = (),
        modified: float | None = None,
    ) -> None:
        self._kind = kind
        self._summary = summary
        self._mapping = mapping
        self._modified = summary.modified.timestamp() if modified is None else modified
        self._parts = parts
        self.ids: list[str] = list(ids)

    @property
    def order(self) -> tuple[float, str]:
        """The object's place among others: the later one is newer, as in a load."""
        return self._modified, natural_order(self._summary.key)

    def add(self, document_id: str) -> Document | None:
        """Add an id; returns a part to write when one is full."""
        self.ids.append(document_id)
        if len(self.ids) < IDS_PER_PART:
            return None
        part = {"_id": _part_id(self._summary.key, self._parts), "kind": self._kind, "ids": self.ids}
        self._parts += 1
        self.ids = []
        return part

    def to_document(self) -> Document:
        """The entry itself, for when every document of the object is loaded."""
        return {
            "_id": self._summary.key,
            "kind": self._kind,
            "etag": self._summary.etag,
            "size": self._summary.size,
            "modified": self._modified,
            "loader_version": LOADER_VERSION,
            "mapping": self._mapping,
            "loaded_at": datetime.now(UTC),
            "parts": self._parts,
            "ids": self.ids,
        }


def record_ids(entry: Mapping[str, Any]) -> list[str]:
    """The `_id` of an object's entry, and those of its parts.

    Args:
        entry: The entry as it is stored.

    Returns:
        The ids, that of the entry first.
    """
    return [entry["_id"], *(_part_id(entry["_id"], number) for number in range(entry["parts"]))]


def _part_id(key: str, number: int) -> str:
    return f"{number}\n{key}"
