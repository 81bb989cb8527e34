"""The ids that a collection has, read once: a temporary table on disk, however many there are."""

from collections.abc import Iterable

from pymongo.collection import Collection

from shop_assets.document_store.capture.pages import pages
from shop_assets.documents.kinds import Document
from shop_assets.temporary_tables import TemporaryTables


class StoredIds(TemporaryTables):
    """The ids of one collection when it was first asked for one.

    Asking the server for each id costs ten times as much as reading all of them in their order.
    """

    def __init__(self, collection: Collection[Document]) -> None:
        super().__init__("CREATE TABLE stored (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._collection = collection
        self._is_filled = False

    def present(self, ids: Iterable[str]) -> set[str]:
        """Look up ids.

        Args:
            ids: Natural ids.

        Returns:
            Those that the collection has.
        """
        if not self._is_filled:
            self._fill()
        query = "SELECT 1 FROM stored WHERE id = ?"
        return {one for one in ids if self._connection.execute(query, (one,)).fetchone() is not None}

    def _fill(self) -> None:
        for page in pages(self._collection, fields={"_id": 1}):
            rows = ((document["_id"],) for document in page if isinstance(document["_id"], str))
            self._connection.executemany("INSERT OR IGNORE INTO stored VALUES (?)", rows)
        self._is_filled = True
