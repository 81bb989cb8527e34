"""The ingestion lease of a command that writes: it waits for runs and other commands, and says so."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from shop_assets.cli.terminal.output import say
from shop_assets.documents.kinds import Document

if TYPE_CHECKING:
    from pymongo.database import Database

    from shop_assets.coordination.lease import Lease


def command_lease(
    database: "Database[Document]", command: str, *, writes: bool = True
) -> "AbstractContextManager[Lease]":
    """The lease, held for a block.

    Args:
        database: The database of the collections.
        command: The command, for its own messages and those of other runs: `shop raw compact`.
        writes: Whether the command writes anything between landing and MART.

    Returns:
        A context manager; entering it raises LeaseHeldError when another run does not release the lease in time.
    """
    from shop_assets.coordination.lease import ingestion_lease

    return ingestion_lease(database, command, "from the command line", notify, writes=writes)


def notify(message: str) -> None:
    """Print a message beside the output, which may be read by a program."""
    say(message, error=True)
