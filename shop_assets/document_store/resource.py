"""MongoDB as a Dagster resource."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dagster import ConfigurableResource, ResourceDependency
from pydantic import Field, SecretStr
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure

from shop_assets.document_store.errors import DocumentStoreError, DocumentStoreUnavailableError
from shop_assets.documents.kinds import Document
from shop_assets.settings import Settings

SERVER_SELECTION_TIMEOUT_MS: Final = 20_000
"""An embedded store that was killed is back after 5 to 10 s; a primary is elected within 12 s by default."""

RESPONSE_TIMEOUT_MS: Final = 120_000
"""For the response to a command; pymongo has no limit of its own. SecantusDB takes some seconds for its slowest
commands (counting a collection, changing a validator); a scan responds batch by batch."""

_AUTHENTICATION_FAILED: Final = 18

# At level DEBUG pymongo logs every command with its documents, and with them phones and e-mails in the clear.
logging.getLogger("pymongo.command").setLevel(logging.INFO)


class MongoResource(ConfigurableResource[None]):
    """The document store.

    The URI holds a password, so it is a dependency: Dagster stores configuration in its database.
    """

    database: str = Field(description="The database that holds the four collections.")
    uri: ResourceDependency[SecretStr]

    @contextmanager
    def connect(self) -> Iterator[Database[Document]]:
        """Connect for the length of the block.

        Collections are created by `collection_setup.ensure_collections`.

        Yields:
            The database `database` of the server that the URI names.

        Raises:
            DocumentStoreUnavailableError: MongoDB does not respond, at the start or in the block.
            DocumentStoreError: It refuses the user or the password.
        """
        client: MongoClient[Document] = MongoClient(
            self.uri.get_secret_value(),
            appname="shop_assets",
            serverSelectionTimeoutMS=SERVER_SELECTION_TIMEOUT_MS,
            socketTimeoutMS=RESPONSE_TIMEOUT_MS,
            w="majority",  # change streams only show what a majority has
            # Documents of other writers must not stop a run: dates beyond Python's years, text that is not UTF-8, any
            # UUID.
            datetime_conversion="DATETIME_AUTO",
            tz_aware=True,
            unicode_decode_error_handler="replace",
            uuidRepresentation="standard",
        )
        with client:
            _probe(client)
            try:
                yield client[self.database]
            except ConnectionFailure as error:  # pymongo has retried once what may be retried
                message = (
                    f"MongoDB at {_hosts(client)} stopped responding ({type(error).__name__}). Is it running "
                    "(`shop status`)? Nothing is lost: run this step again when it is back."
                )
                raise DocumentStoreUnavailableError(message) from error


def _probe(client: "MongoClient[Document]") -> None:
    try:
        client.admin.command("ping")
    except ConnectionFailure as error:
        message = (
            f"MongoDB at {_hosts(client)} does not respond. Is it running (`shop status`), and is SHOP_MONGO_URI right?"
        )
        raise DocumentStoreUnavailableError(message) from error
    except OperationFailure as error:
        if error.code != _AUTHENTICATION_FAILED:
            raise
        message = "MongoDB rejects the user or the password: check SHOP_MONGO_URI"
        raise DocumentStoreError(message) from None


def _hosts(client: "MongoClient[Document]") -> str:
    return ", ".join(f"{host}:{port}" for host, port in client.topology_description.server_descriptions())


def mongo_resource(settings: Settings) -> MongoResource:
    """Build the resource from the settings.

    Args:
        settings: `SHOP_MONGO_URI` and `SHOP_MONGO_DATABASE`.

    Returns:
        The resource; nothing is contacted yet.
    """
    return MongoResource(database=settings.mongo_database, uri=settings.mongo_uri)
