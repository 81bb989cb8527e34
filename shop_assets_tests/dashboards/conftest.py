"""A warehouse of the tests' own: empty, or as the default run leaves it."""

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets_tests.dashboards.made_shop import fill
from shop_assets_tests.warehouse.conftest import client

__all__ = ["client", "default_shop"]


@pytest.fixture
def default_shop(client: Client, settings: Settings) -> Client:  # the fixture of that name
    """A client of a warehouse as the default run leaves it."""
    fill(client, settings)
    return client
