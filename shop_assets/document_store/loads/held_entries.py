"""Ledger entries that wait for the end of a load, on disk.

An object that is older than loaded ones is not loaded until those of them that share ids with it are applied again: an
entry before that would let a killed load leave the older document.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import bson

from shop_assets.documents.chunks import chunks
from shop_assets.temporary_tables import TemporaryTables

_BATCH: Final = 1000


class HeldEntries(TemporaryTables):
    """The entries, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE entries (number INTEGER PRIMARY KEY, entry BLOB)")

    def add(self, entry: Mapping[str, Any]) -> None:
        """Hold an entry.

        Args:
            entry: A document of the ledger.
        """
        self._connection.execute("INSERT INTO entries (entry) VALUES (?)", (bson.encode(entry),))

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Give the entries back.

        Yields:
            Some entries at a time.
        """
        rows = self._connection.execute("SELECT entry FROM entries ORDER BY number")
        for batch in chunks(rows, _BATCH):
            yield [bson.decode(entry) for (entry,) in batch]
