"""A warehouse of the tests' own: empty, or as the default run leaves it."""

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets_tests.dashboards.made_shop import fill
from shop_assets_tests.warehouse.conftest import client, saved_rows
from shop_assets_tests.warehouse.saved_rows import SavedRows

__all__ = ["client", "default_shop", "saved_rows"]


@pytest.fixture
def default_shop(client: Client, settings: Settings, saved_rows: SavedRows) -> Client:  # the fixtures of these names
    """A client of a warehouse as the default run leaves it."""
    saved_rows.fill(lambda: fill(client, settings))
    return client
