"""One Spark for the tests of this folder, as the project configures it, and cases of features held against it."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from pyspark.sql import SparkSession

from shop_assets.features.computation import customer_features
from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.resource import spark_resource
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings
from shop_assets_tests.features.cases import DAY, LONG_AGO, Features
from shop_assets_tests.features.empty_mart import empty_mart, migrated_warehouse
from shop_assets_tests.features.frames import frames
from shop_assets_tests.features.own_buckets import Buckets, empty, own_buckets, with_own_buckets
from shop_assets_tests.features.plain_reading import Customer, Purchase

Matrix = dict[str, dict[str, int]]
Compute = Callable[[Iterable[Customer], Iterable[Purchase], date, str], Matrix]


@pytest.fixture(scope="package")
def spark(stack_settings: Settings) -> Iterator[SparkSession]:
    with spark_resource(stack_settings).on_demand() as start:
        yield start()


@pytest.fixture(scope="package")
def compute(spark: SparkSession) -> Compute:
    """Customers, purchases, day, time zone → customer id → feature → value."""

    def computed(customers: Iterable[Customer], purchases: Iterable[Purchase], day: date, timezone: str) -> Matrix:
        with tempfile.TemporaryDirectory() as folder:
            rows = customer_features(*frames(spark, Path(folder), customers, purchases), day, timezone).collect()
        matrix = {row["customer_id"]: {name: row[name] for name in FEATURE_NAMES} for row in rows}
        assert len(matrix) == len(rows), "a customer has several rows"
        return matrix

    return computed


@pytest.fixture(scope="package")
def hold(compute: Compute) -> Callable[..., None]:
    """Holds features of customers, one a case and long registered, against what the cases expect, in one Spark job."""

    def held(features: Features, day: date = DAY, timezone: str = "UTC") -> None:
        cases = {(feature, name): case for feature, named in features.items() for name, case in named.items()}
        customers = [Customer(str(key), LONG_AGO) for key in cases]
        purchases = [replace(p, customer_id=str(key)) for key, (_, bought) in cases.items() for p in bought]
        found = compute(customers, purchases, day, timezone)
        assert {key: found[str(key)][key[0]] for key in cases} == {key: value for key, (value, _) in cases.items()}

    return held


@pytest.fixture(scope="package")
def warehouse(stack_settings: Settings) -> Iterator[Client]:
    with migrated_warehouse(stack_settings) as client:
        yield client


@pytest.fixture
def client(warehouse: Client) -> Client:
    """A client of a warehouse that holds no row."""
    return empty_mart(warehouse)


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
def bucket(kept_buckets: Buckets) -> Bucket:
    """An empty features bucket."""
    return empty(kept_buckets)[0]
