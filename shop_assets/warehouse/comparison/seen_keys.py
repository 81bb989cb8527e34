"""The keys of messages that were seen, however many: a temporary table on disk, not a set in memory."""

from shop_assets.temporary_tables import TemporaryTables


class SeenKeys(TemporaryTables):
    """The keys of the messages of one kind."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, key: str) -> None:
        """Add a key, which may be there already."""
        self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,))

    def __contains__(self, key: str) -> bool:
        return self._connection.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone() is not None
