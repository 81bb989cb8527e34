"""The buckets of a test, and a warehouse without rows."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets_tests.features.empty_mart import empty_mart, migrated_warehouse
from shop_assets_tests.features.own_buckets import Buckets, empty, own_buckets, with_own_buckets


@pytest.fixture(scope="package")
def own_settings(stack_settings: Settings) -> Settings:
    return with_own_buckets(stack_settings)


@pytest.fixture(scope="package")
def kept_buckets(own_settings: Settings) -> Iterator[Buckets]:
    with own_buckets(own_settings) as buckets:
        yield buckets


@pytest.fixture
def settings(own_settings: Settings) -> Settings:
    """The running stack, with buckets of this folder's own."""
    return own_settings


@pytest.fixture
def buckets(kept_buckets: Buckets) -> Buckets:
    """An empty features bucket and an empty reports bucket."""
    return empty(kept_buckets)


@pytest.fixture(scope="package")
def warehouse(stack_settings: Settings) -> Iterator[Client]:
    with migrated_warehouse(stack_settings) as client:
        yield client


@pytest.fixture
def client(warehouse: Client) -> Client:
    """A client of a warehouse that holds no row."""
    return empty_mart(warehouse)
