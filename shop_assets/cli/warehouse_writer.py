"""The warehouse for a command that writes to it: migrated, and under the lease of ingestion."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from shop_assets.settings import Settings

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from shop_assets.coordination.lease import Guard


@contextmanager
def warehouse_writer(settings: Settings, command: str) -> "Iterator[tuple[Client, Guard]]":
    """A client, and the guard to call before each write. Waits while a run writes; raises LeaseHeldError in the end."""
    from shop_assets.coordination.lease import ingestion_lease
    from shop_assets.document_store.resource import mongo_resource
    from shop_assets.warehouse.migrations import apply_migrations
    from shop_assets.warehouse.resource import clickhouse_resource

    def notify(message: str) -> None:
        typer.echo(message, err=True)

    with (
        mongo_resource(settings).connect() as database,
        ingestion_lease(database, command, "of the command line", notify) as lease,
        clickhouse_resource(settings).client() as client,
    ):
        apply_migrations(client, settings.clickhouse_cluster)
        yield client, lease.check
