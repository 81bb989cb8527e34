"""The ids that a load has seen already, however many: a temporary table on disk, not a set in memory."""

import sqlite3
from collections.abc import Iterable
from types import TracebackType
from typing import Self


class SeenIds:
    """The ids of one load. SQLite keeps a few megabytes in memory and the rest in a file that is deleted on close."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("")
        self._connection.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def mark_seen(self, ids: Iterable[str]) -> set[str]:
        """Mark ids as seen.

        Args:
            ids: Ids that differ from one another.

        Returns:
            Those that an earlier call had marked.
        """
        wanted = list(ids)
        again = {
            document_id
            for document_id in wanted
            if self._connection.execute("SELECT 1 FROM seen WHERE id = ?", (document_id,)).fetchone()
        }
        self._connection.executemany("INSERT INTO seen VALUES (?)", ((i,) for i in wanted if i not in again))
        return again

    def forget(self, ids: Iterable[str]) -> None:
        """Mark ids as not seen.

        Args:
            ids: The ids.
        """
        self._connection.executemany("DELETE FROM seen WHERE id = ?", ((document_id,) for document_id in ids))
