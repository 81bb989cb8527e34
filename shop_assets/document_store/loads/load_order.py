"""The order of a load: objects from the oldest to the newest, however many and in whatever order the store lists them.

Later documents win, so newer files do. A listing does not show when a file was modified, so each new object costs a
request; what the ledger knows costs none, and what the generator made has no other order than its names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from shop_assets.document_store.loads.ledger import PAGE, Ledger
from shop_assets.documents.chunks import chunks
from shop_assets.landing.files.file_order import modification, natural_order
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.temporary_tables import TemporaryTables

_TABLE: Final = """
CREATE TABLE objects (
    modified REAL, name TEXT, key TEXT PRIMARY KEY, etag TEXT, size INTEGER, is_loaded INTEGER
)
"""
_INSERT: Final = "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class OrderedObject:
    """An object, and whether an object that was loaded before is newer."""

    summary: ObjectSummary
    has_newer: bool


class LoadOrder(TemporaryTables):
    """The objects of one kind in their order: a temporary table on disk."""

    def __init__(self, bucket: Bucket, ledger: Ledger, *, is_generated: bool) -> None:
        super().__init__(_TABLE)
        self._bucket = bucket
        self._ledger = ledger
        self._is_generated = is_generated

    def add(self, listing: Iterable[ObjectSummary]) -> None:
        """Add the objects of a listing.

        Args:
            listing: The objects, in any order.
        """
        for page in chunks(listing, PAGE):
            entries = self._ledger.current_entries(page)
            self._connection.executemany(_INSERT, (self._row(summary, entries.get(summary.key)) for summary in page))

    def _row(self, summary: ObjectSummary, entry: Mapping[str, Any] | None) -> tuple[object, ...]:
        modified = entry.get("modified") if entry else None
        if modified is None:
            modified = self._modification(summary).timestamp()
        name = natural_order(summary.key)
        return modified, name, summary.key, summary.etag, summary.size, entry is not None

    def _modification(self, summary: ObjectSummary) -> datetime:
        if self._is_generated:
            return summary.modified
        noted = self._bucket.find(summary.key)
        return modification(summary if noted is None else noted)

    def pages(self) -> Iterator[list[OrderedObject]]:
        """Go through the objects, a page at a time.

        Yields:
            Objects from the oldest to the newest.
        """
        newest = self._connection.execute(
            "SELECT modified, name FROM objects WHERE is_loaded ORDER BY modified DESC, name DESC LIMIT 1"
        ).fetchone()
        rows = self._connection.execute("SELECT * FROM objects ORDER BY modified, name")
        while page := rows.fetchmany(PAGE):
            yield [
                OrderedObject(
                    ObjectSummary(key, etag, size, datetime.fromtimestamp(modified, UTC)),
                    newest is not None and (modified, name) < newest,
                )
                for modified, name, key, etag, size, _ in page
            ]
