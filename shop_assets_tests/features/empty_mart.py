"""A warehouse with its tables and no row. Emptied, not made anew: that takes a tenth of the time."""

from collections.abc import Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.migrations import apply_migrations
from shop_assets.warehouse.resource import connection


@contextmanager
def empty_mart(settings: Settings) -> Iterator[Client]:
    """A client of it."""
    password = settings.clickhouse_password.get_secret_value()
    with connection(
        settings.clickhouse_host, settings.clickhouse_port, settings.clickhouse_user, password, secure=False
    ) as client:
        apply_migrations(client)
        tables = client.query(
            "SELECT name FROM system.tables WHERE database = 'mart' AND engine LIKE '%MergeTree'"
        ).result_rows
        for (table,) in tables:
            client.command(f"TRUNCATE TABLE mart.{table} SYNC")
        yield client
