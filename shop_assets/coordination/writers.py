"""Who writes to MongoDB: the interface of a writer, and transactions that are repeated while they may succeed.

A check before a write does not stop a process that pauses between the two. So the pipeline's writes to MongoDB are
transactions of a writer. The lease is one, whose transactions fail once another run holds it (`fence.py`).
"""

import time
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

Result = TypeVar("Result")
Write = Callable[[ClientSession], Result]
"""The writes of one transaction, all with its session. They may be called again, so they change nothing but MongoDB."""

REPEAT_SECONDS: Final = 20.0
"""How long a transaction is begun again after it was interrupted: an embedded store that was killed is back after 5 to
10 s, and a writer outside the pipeline that changed the same document has long committed."""

_PAUSE_SECONDS: Final = 0.02
"""The pause between two attempts: MongoDB answers a conflict at once."""

_TRANSIENT: Final = "TransientTransactionError"
_COMMIT_UNKNOWN: Final = "UnknownTransactionCommitResult"


class Writer(Protocol):
    """A run that may write to MongoDB, as long as it may."""

    def check(self) -> None:
        """Raise if this run may no longer write."""

    def transact(self, write: Write[Result]) -> Result:
        """Make some writes, all of them or none, and none if this run may no longer write.

        Args:
            write: Makes the writes.

        Returns:
            What `write` returned.

        Raises:
            LeaseLostError: Another run holds the lease.
        """


def run_transaction(session: ClientSession, write: Write[Result], repeat_seconds: float = REPEAT_SECONDS) -> Result:
    """Make some writes in a transaction, which is begun again if another writer or a restart of MongoDB interrupts it.

    Args:
        session: The session; no transaction is open in it.
        write: Makes the writes.
        repeat_seconds: How long it is begun again.

    Returns:
        What `write` returned.

    Raises:
        PyMongoError: MongoDB refuses, or interrupts for longer than `repeat_seconds`.
    """
    deadline = time.monotonic() + repeat_seconds
    while True:
        try:
            with session.start_transaction(read_concern=ReadConcern("snapshot")):
                result = write(session)
                _commit(session, deadline)
        except PyMongoError as error:
            if not error.has_error_label(_TRANSIENT) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return result


def _commit(session: ClientSession, deadline: float) -> None:
    while True:
        try:
            session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label(_COMMIT_UNKNOWN) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
