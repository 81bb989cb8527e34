"""The inventory of one kind as an SQLite file: which objects were read, and the ids and faults found in them.

This module holds the SQL. SQLite keeps and counts ids on disk, so a million documents cost time and no memory; merging
with an older listing is no alternative, because S3 implementations list objects in different orders.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from shop_assets.object_store.bucket import ObjectSummary

_VERSION: Final = 2
"""Of the tables below: a file of another version is rebuilt."""

_TABLES: Final = """
CREATE TABLE objects (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    etag TEXT NOT NULL,
    size INTEGER NOT NULL,
    is_read INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE documents (
    object INTEGER NOT NULL,
    position INTEGER NOT NULL,
    document_id TEXT,
    store_id TEXT,
    fault TEXT,
    held INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (object, position)
) WITHOUT ROWID;
CREATE TABLE rules (mapping TEXT NOT NULL);
INSERT INTO rules VALUES ('');
"""

_BATCH: Final = 1_000


class Entry(NamedTuple):
    """A document found in an object: its natural id (None if it has none), or the reason why it is unreadable.

    `store_id` is the store in which a customer registered, compared as ids are; None for other kinds. `held` is how
    many documents are in an unreadable text, as far as can be seen.
    """

    position: int
    document_id: str | None = None
    store_id: str | None = None
    fault: str | None = None
    held: int = 1


@dataclass(frozen=True)
class InventoryCounts:
    """What landing has of one kind. `documents` could be read; `without_id` of them have no id."""

    objects: int
    bytes: int
    documents: int
    without_id: int
    distinct_ids: int
    faults: dict[str, int]

    @property
    def unreadable(self) -> int:
        """Documents, or whole files, that could not be read."""
        return sum(self.faults.values())


class InventoryDatabase:
    """The file, created if it is missing, damaged or of another version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _open(path)

    def close(self) -> None:
        """Close the file; unsaved changes are lost."""
        self._connection.close()

    def save(self) -> None:
        """Write everything to the file."""
        self._connection.commit()

    def adopt_rules(self, mapping: str) -> None:
        """Forget all objects if they were read by another mapping; `mapping` is its digest."""
        (known,) = self._connection.execute("SELECT mapping FROM rules").fetchone()
        if known != mapping:
            self._connection.execute("DELETE FROM documents")
            self._connection.execute("DELETE FROM objects")
            self._connection.execute("UPDATE rules SET mapping = ?", (mapping,))

    def adopt_listing(self, listing: Iterable[ObjectSummary]) -> bool:
        """Adopt a full listing: forget objects that are gone or changed, list new ones as unread. False if nothing
        changed.
        """
        execute = self._connection.execute
        execute("CREATE TEMP TABLE listing (key TEXT PRIMARY KEY, etag TEXT, size INTEGER)")
        rows = ((summary.key, summary.etag, summary.size) for summary in listing)
        self._connection.executemany("INSERT OR REPLACE INTO listing VALUES (?, ?, ?)", rows)
        execute(
            "CREATE TEMP TABLE stale AS SELECT number FROM objects LEFT JOIN listing USING (key, etag) "
            "WHERE listing.key IS NULL OR NOT is_read"
        )
        execute("DELETE FROM documents WHERE object IN (SELECT number FROM stale)")
        gone = execute("DELETE FROM objects WHERE number IN (SELECT number FROM stale)").rowcount
        new = execute(
            "INSERT INTO objects (key, etag, size) SELECT key, etag, size FROM listing "
            "WHERE key NOT IN (SELECT key FROM objects)"
        ).rowcount
        execute("DROP TABLE stale")
        execute("DROP TABLE listing")
        return gone > 0 or new > 0

    def unread(self) -> Iterator[tuple[int, str, int]]:
        """The numbers, keys and sizes of the objects whose documents are not recorded yet."""
        last = -1
        while batch := self._connection.execute(
            "SELECT number, key, size FROM objects WHERE NOT is_read AND number > ? ORDER BY number LIMIT ?",
            (last, _BATCH),
        ).fetchall():
            yield from batch
            last = batch[-1][0]

    def record(self, number: int, entries: Iterable[Entry]) -> None:
        """Record an object's documents, and that it was read."""
        rows = (
            (number, entry.position, _text(entry.document_id), _text(entry.store_id), entry.fault, entry.held)
            for entry in entries
        )
        self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._connection.execute("UPDATE objects SET is_read = 1 WHERE number = ?", (number,))

    def forget(self, number: int) -> None:
        """Remove an object that no longer exists."""
        self._connection.execute("DELETE FROM documents WHERE object = ?", (number,))
        self._connection.execute("DELETE FROM objects WHERE number = ?", (number,))

    def counts(self) -> InventoryCounts:
        """Count objects, bytes, documents, ids and faults."""
        objects, size = self._connection.execute("SELECT count(*), coalesce(sum(size), 0) FROM objects").fetchone()
        documents, identified, distinct = self._connection.execute(
            "SELECT count(*), count(document_id), count(DISTINCT document_id) FROM documents WHERE fault IS NULL"
        ).fetchone()
        faults = self._connection.execute(
            "SELECT fault, sum(held) FROM documents WHERE fault IS NOT NULL GROUP BY fault ORDER BY fault"
        ).fetchall()
        return InventoryCounts(objects, size, documents, documents - identified, distinct, dict(faults))

    def places(self, document_id: str, limit: int) -> list[tuple[str, int]]:
        """The objects that have a document with this natural id, and its position in them; the first `limit`."""
        return self._connection.execute(
            "SELECT key, position FROM documents JOIN objects ON object = number WHERE document_id = ? "
            "ORDER BY key, position LIMIT ?",
            (document_id, limit),
        ).fetchall()

    def ids_without_customer(self, customers: "InventoryDatabase") -> Iterator[str]:
        """The ids of the stores in this inventory in which no customer of the other one registered, in order."""
        self._connection.commit()  # nothing can be attached within a transaction
        self._connection.execute("ATTACH ? AS customers", (str(customers.path),))
        try:
            rows = self._connection.execute(
                "SELECT document_id FROM main.documents WHERE document_id IS NOT NULL "
                "EXCEPT SELECT store_id FROM customers.documents ORDER BY 1"
            )
            yield from (store_id for (store_id,) in rows)
        finally:
            self._connection.execute("DETACH customers")


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError:  # it only mirrors landing, which is still there
        path.unlink()
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(connection.close)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"inventory of version {version}")
        # The file is a local copy that is rebuilt after any accident, so syncing it gains nothing.
        connection.execute("PRAGMA synchronous = OFF")
        if version == 0:
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        on_failure.pop_all()
    return connection


def _text(value: str | None) -> str | None:
    """The text, if it is one: half of a surrogate pair is not text, and an id that holds one is not an id."""
    if value is None:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value
