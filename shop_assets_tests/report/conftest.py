"""The buckets of a test, and a warehouse without rows."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.landing.bucket import Bucket
from shop_assets.settings import Settings
from shop_assets_tests.features.empty_mart import empty_mart, migrated_warehouse
from shop_assets_tests.features.own_buckets import own_buckets


@pytest.fixture
def buckets(settings: Settings) -> Iterator[tuple[Bucket, Bucket]]:
    """The features bucket and the reports bucket of the test."""
    with own_buckets(settings) as buckets:
        yield buckets


@pytest.fixture(scope="package")
def warehouse(stack_settings: Settings) -> Iterator[Client]:
    with migrated_warehouse(stack_settings) as client:
        yield client


@pytest.fixture
def client(warehouse: Client) -> Client:
    """A client of a warehouse that holds no row."""
    return empty_mart(warehouse)
