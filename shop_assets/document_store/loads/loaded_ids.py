"""The ids that a load has loaded so far, and from which objects, however many: a temporary table on disk.

Many rows go through one statement: between two of them the thread that reads ahead takes the interpreter, for some
milliseconds each time.
"""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Final

from shop_assets.documents.chunks import chunks
from shop_assets.temporary_tables import TemporaryTables

VALUES_OF_A_ROW: Final = 3


@dataclass(frozen=True)
class LoadedId:
    """The object that had an id last, and how the id was spelled there."""

    object_key: str
    spelling: str


class LoadedIds(TemporaryTables):
    """The ids of one load."""

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE loaded (id TEXT PRIMARY KEY, object INTEGER, spelling TEXT) WITHOUT ROWID",
            "CREATE TABLE objects (number INTEGER PRIMARY KEY, key TEXT UNIQUE)",
            "CREATE TABLE former (id TEXT PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE disagreeing (id TEXT PRIMARY KEY) WITHOUT ROWID",
        )

        # How many rows a statement may have: a library of 2020 or older takes 999 values, a newer one 32,766.
        self._rows = self._connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // VALUES_OF_A_ROW

    def note_former(self, ids: Iterable[str]) -> None:
        """Note ids that objects had when they were read by other rules.

        Args:
            ids: Natural ids.
        """
        self._connection.executemany("INSERT OR IGNORE INTO former VALUES (?)", ((name,) for name in ids))

    def former_without(self, current: Iterable[str]) -> Iterator[str]:
        """Go through the noted ids that no object has any more.

        Args:
            current: The natural ids of all objects.

        Yields:
            The ids, sorted.
        """
        if self._connection.execute("SELECT 1 FROM former LIMIT 1").fetchone() is None:
            return
        self._connection.executemany("DELETE FROM former WHERE id = ?", ((name,) for name in current))
        for (name,) in self._connection.execute("SELECT id FROM former ORDER BY id"):
            yield name

    def find(self, ids: Iterable[str]) -> dict[str, LoadedId]:
        """Look up ids.

        Args:
            ids: Natural ids.

        Returns:
            Those that were loaded.
        """
        return {
            document_id: LoadedId(key, spelling)
            for chunk in chunks(ids, self._rows)
            for document_id, key, spelling in self._connection.execute(
                f"SELECT id, key, spelling FROM loaded JOIN objects ON object = number WHERE id IN ({_places(chunk)})",  # noqa: S608
                chunk,
            ).fetchall()
        }

    def mark(self, ids: Mapping[str, LoadedId]) -> None:
        """Note ids as loaded.

        Args:
            ids: By natural id, where each was; an earlier place is replaced.
        """
        keys = {loaded.object_key for loaded in ids.values()}
        self._connection.executemany("INSERT OR IGNORE INTO objects (key) VALUES (?)", ((key,) for key in keys))
        numbers = {
            key: self._connection.execute("SELECT number FROM objects WHERE key = ?", (key,)).fetchone()[0]
            for key in keys
        }
        for chunk in chunks(ids, self._rows):
            rows = [
                (document_id, numbers[ids[document_id].object_key], ids[document_id].spelling) for document_id in chunk
            ]
            self._connection.execute(
                f"INSERT OR REPLACE INTO loaded VALUES {', '.join(['(?, ?, ?)'] * len(rows))}",  # noqa: S608
                list(itertools.chain.from_iterable(rows)),
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Note ids as not loaded.

        Args:
            ids: Natural ids; those that are not noted are left out.
        """
        self._connection.executemany("DELETE FROM loaded WHERE id = ?", ((document_id,) for document_id in ids))

    def note_disagreeing(self, ids: Iterable[str]) -> int:
        """Note ids of which two objects have different documents.

        Args:
            ids: Natural ids; those that are noted already may be among them.

        Returns:
            How many of them were not noted before.
        """
        rows = ((document_id,) for document_id in ids)
        return self._connection.executemany("INSERT OR IGNORE INTO disagreeing VALUES (?)", rows).rowcount


def _places(values: Sized) -> str:
    return ", ".join("?" * len(values))
