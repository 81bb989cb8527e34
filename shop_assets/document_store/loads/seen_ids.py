"""The ids that were seen already, however many: a temporary table on disk, not a set in memory."""

from collections.abc import Iterable

from shop_assets.document_store.loads.temporary_tables import TemporaryTables


class SeenIds(TemporaryTables):
    """The ids of one pass over documents."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")

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
