"""The documents of a sent index that is being written: a temporary table on disk, however many they are."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from shop_assets.temporary_tables import TemporaryTables
from shop_assets.topics.digests import HASH_BITS, id_hash

SIGN: Final = 1 << 63
"""SQLite's integers have a sign: subtracting this keeps the order of hashes."""

ROWS_PER_WRITE: Final = 1000


class SentSpool(TemporaryTables):
    """Digests by id, to be read in the order of the ids' hashes."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE sent (hash INTEGER, id TEXT, digest INTEGER)")
        self._unwritten: list[tuple[int, str, int | None]] = []

    def put(self, document_id: str, digest: int | None) -> None:
        """Add a document; a later one of the same id wins.

        Args:
            document_id: The id under which it is sent.
            digest: The digest of its newest message; None when nothing new was sent of it: it keeps the digest of the
                index that is replaced, if that has one.
        """
        self._unwritten.append((id_hash(document_id) - SIGN, document_id, None if digest is None else digest - SIGN))
        if len(self._unwritten) >= ROWS_PER_WRITE:
            self._write()

    def sort(self) -> None:
        """Prepare for reading by hash; adding costs more from now on."""
        self._write()
        self._connection.execute("CREATE INDEX IF NOT EXISTS by_hash ON sent (hash)")

    def count(self) -> int:
        """How many documents there are, with those that a later one of the same id replaces."""
        ((count,),) = self._rows("SELECT count(*) FROM sent")
        return int(count)

    def kept(self) -> list[str]:
        """The ids of which nothing new was sent."""
        return [document_id for (document_id,) in self._rows("SELECT id FROM sent WHERE digest IS NULL")]

    def ids(self, bits: int, number: int) -> set[str]:
        """Read the ids of one bucket.

        Args:
            bits: How many leading bits of an id's hash number its bucket.
            number: The bucket.

        Returns:
            The ids, those of which nothing new was sent included.
        """
        size = 1 << (HASH_BITS - bits)
        first = number * size - SIGN
        rows = self._rows("SELECT id FROM sent WHERE hash BETWEEN ? AND ?", first, first + size - 1)
        return {document_id for (document_id,) in rows}

    def buckets(self, bits: int) -> Iterator[tuple[int, dict[str, int]]]:
        """Read all documents in buckets.

        Args:
            bits: How many leading bits of an id's hash number its bucket.

        Yields:
            The number of each bucket that has a document, and the bucket.
        """
        rows = self._rows("SELECT hash, id, digest FROM sent WHERE digest IS NOT NULL ORDER BY hash, rowid")
        for number, documents in groupby(rows, key=lambda row: (row[0] + SIGN) >> (HASH_BITS - bits)):
            yield number, {document_id: digest + SIGN for _, document_id, digest in documents}

    def _rows(self, statement: str, *parameters: int) -> Iterator[tuple[Any, ...]]:
        self._write()
        return self._connection.execute(statement, parameters)

    def _write(self) -> None:
        self._connection.executemany("INSERT INTO sent VALUES (?, ?, ?)", self._unwritten)
        self._unwritten.clear()
