"""The fence: transactions that fail once another run holds the lease.

Each transaction of the lease's holder first updates one document, the fence, which names the holder. Whoever takes the
lease puts its own name there before it does anything else. So a transaction of an earlier holder, one that was paused
or cut off, either was committed before, or conflicts with the new name, or does not find its own: it changes nothing.

A transaction that a killed or paused process left open locks what it wrote, the fence too, until MongoDB's limit for
transactions (60 s by default). The fence names the session of its holder, so that the next one ends it at once.
"""

import logging
from collections.abc import Callable
from typing import Final

from bson.binary import UUID_SUBTYPE, Binary
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shop_assets.coordination.writers import Result, Write, run_transaction
from shop_assets.documents.kinds import Document

LOGGER: Final = logging.getLogger(__name__)

FENCES: Final = "lease_fences"

TAKING_SECONDS: Final = 90.0
"""For a transaction of the last holder that MongoDB does not let this user end: its own limit is 60 s by default."""


class Fence:
    """The fence of one holder of the lease, for one thread.

    `require_lease` raises unless this holder has the lease; `lost` is the error for a transaction that came too late.
    """

    def __init__(
        self,
        database: Database[Document],
        name: str,
        token: str,
        require_lease: Callable[[], None],
        lost: Callable[[], Exception],
    ) -> None:
        self._admin = database.client.admin
        self._fences = database[FENCES]
        self._name = {"_id": name}
        self._mine = self._name | {"token": token}
        self._require_lease = require_lease
        self._lost = lost
        self._session = database.client.start_session()
        self._session_id = bytes(self._session.session_id["id"])

    def take(self) -> None:
        """Put up this fence in the place of the last holder's, and end what that holder left open.

        Raises:
            LeaseLostError: Another run took the lease meanwhile.
            PyMongoError: MongoDB does not respond, or the last holder's transaction lasts for `TAKING_SECONDS`.
        """
        fence = self._mine | {"session": self._session_id}

        def replace(session: ClientSession) -> None:
            self._end_session_of(self._fences.find_one(self._name, session=session))
            # Between reading and replacing: a holder that pauses here does not replace the fence of the next one.
            self._require_lease()
            self._fences.replace_one(self._name, fence, upsert=True, session=session)

        run_transaction(self._session, replace, TAKING_SECONDS)

    def _end_session_of(self, fence: Document | None) -> None:
        session_id = None if fence is None else fence.get("session")
        if session_id in (None, self._session_id):  # the driver may have given an ended session to this holder
            return
        try:
            self._admin.command("killSessions", [{"id": Binary(session_id, UUID_SUBTYPE)}])
        except OperationFailure as error:
            LOGGER.warning(
                "MongoDB does not end the transaction of the last holder of the lease (error %s); if one is open, "
                "it ends by MongoDB's own limit",
                error.code,
            )

    def transact(self, write: Write[Result]) -> Result:
        """Make some writes in a transaction that fails unless this is still the fence.

        Args:
            write: Makes the writes.

        Returns:
            What `write` returned.

        Raises:
            LeaseLostError: The fence is another holder's.
        """

        def fenced(session: ClientSession) -> Result:
            if not self._fences.update_one(self._mine, {"$inc": {"transactions": 1}}, session=session).matched_count:
                raise self._lost()
            return write(session)

        return run_transaction(self._session, fenced)

    def leave(self) -> None:
        """End the session. The fence stays until the next holder of the lease takes its place.

        Raises:
            PyMongoError: MongoDB does not respond.
        """
        self._session.end_session()
        # The driver gives the session to others of this process, whom the next holder must not interrupt.
        self._fences.update_one(self._mine, {"$unset": {"session": ""}})
