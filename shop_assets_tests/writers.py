"""The writer and the guard of a test, which knows that nothing else writes."""

from pymongo import MongoClient

from shop_assets.coordination.writers import Result, Write, run_transaction
from shop_assets.documents.kinds import Document


class SoleWriter:
    """A `Writer` that nothing can overtake."""

    def __init__(self, client: MongoClient[Document]) -> None:
        self._client = client

    def check(self) -> None:
        """Nothing can take its place."""

    def transact(self, write: Write[Result]) -> Result:
        """Make some writes, all of them or none.

        Args:
            write: Makes the writes.

        Returns:
            What `write` returned.
        """
        with self._client.start_session() as session:
            return run_transaction(session, write)


def unguarded() -> None:
    """A `Guard` that never raises."""
