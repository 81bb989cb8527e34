"""A warehouse with its tables and no rows: emptied, not created again, and migrated once per folder, to save time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.resource import connection
from shop_assets.warehouse.statements.migrations import apply_migrations

WRITTEN: Final = ("customer_versions", "product_versions", "purchase_versions", "store_versions", "customer_features")


@contextmanager
def migrated_warehouse(settings: Settings) -> Iterator[Client]:
    """A client of a warehouse that has its tables."""
    password = settings.clickhouse_password.get_secret_value()
    with connection(
        settings.clickhouse_host, settings.clickhouse_port, settings.clickhouse_user, password, secure=False
    ) as client:
        apply_migrations(client)
        yield client


def empty_mart(client: Client) -> Client:
    """The same, without a row in what the tests of features and report write."""
    for table in WRITTEN:
        client.command(f"TRUNCATE TABLE mart.{table} SYNC")
    return client
