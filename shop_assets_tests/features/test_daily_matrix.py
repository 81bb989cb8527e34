"""A day from the MART to its published partition, through ClickHouse, Spark and S3."""

import random
from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client
from pyspark.sql import SparkSession

from shop_assets.features import daily_matrix
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource, PublishedDay
from shop_assets.features.definitions import COLUMNS
from shop_assets.features.errors import MartChangedError, PublicationError
from shop_assets.features.manifest import PublicationManifest, files_prefix, manifest_key
from shop_assets.features.published_files import on_disk
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, T
from shop_assets_tests.features.mart_rows import as_the_mart_can_have_it, fill_mart
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.random_shops import random_shop

Publish = Callable[..., PublishedDay]


@pytest.fixture
def publish(settings: Settings, client: Client, bucket: Bucket, spark: SparkSession) -> Publish:
    def published(*, timezone: str = "UTC", recompute: bool = False) -> PublishedDay:
        source = MatrixSource.from_settings(settings.model_copy(update={"timezone": timezone}))
        return MatrixPublisher(source, client, bucket, lambda: spark, "run-1").publish(DAY, recompute=recompute)

    return published


def _matrix(bucket: Bucket, manifest: PublicationManifest) -> dict[str, dict[str, int]]:
    with on_disk(bucket, manifest.files) as paths:
        rows = pl.read_parquet(paths)
    assert tuple(rows.columns) == COLUMNS
    assert rows["customer_id"].is_unique().all()
    return {row.pop("customer_id"): row for row in rows.to_dicts()}


def _keys(bucket: Bucket) -> set[str]:
    return {entry.key for entry in bucket.list() if not entry.key.endswith("/")}


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York"])
def test_the_published_partition_is_what_the_specification_makes_of_the_mart(
    publish: Publish, client: Client, bucket: Bucket, timezone: str
) -> None:
    customers, purchases = random_shop(random.randrange(2**32), DAY, timezone, size=300)
    purchases = [as_the_mart_can_have_it(purchase) for purchase in purchases]
    fill_mart(client, customers, purchases)
    manifest = publish(timezone=timezone).manifest
    expected = plain_reading.matrix(customers, purchases, DAY, timezone)
    assert _matrix(bucket, manifest) == expected
    assert manifest.rows == len(expected) == sum(file.rows for file in manifest.files)
    assert manifest.ones == {name: sum(row[name] for row in expected.values()) for name in plain_reading.NAMES}
    assert manifest == PublicationManifest.require(bucket, DAY)


def test_only_what_the_manifest_lists_is_in_the_folder_of_a_new_partition(
    publish: Publish, client: Client, bucket: Bucket
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    manifest = publish().manifest
    assert {key for key in _keys(bucket) if key.startswith(files_prefix(DAY))} == {file.key for file in manifest.files}
    assert all(file.key.startswith(f"{files_prefix(DAY)}{manifest.publication_id}-") for file in manifest.files)


def test_a_mart_without_customers_gives_a_partition_without_rows(publish: Publish, bucket: Bucket) -> None:
    manifest = publish().manifest
    assert manifest.rows == 0
    assert set(manifest.ones.values()) == {0}
    assert _matrix(bucket, manifest) == {}


def test_a_day_of_the_same_inputs_is_left_as_it_is_until_they_change(
    publish: Publish, client: Client, bucket: Bucket
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [Purchase("a", T - MS)])
    first = publish()
    before = _keys(bucket)
    again = publish()
    assert (first.was_computed, again.was_computed) == (True, False)
    assert again.manifest == first.manifest
    assert _keys(bucket) == before
    fill_mart(client, [], [Purchase("b", T)])  # of the day after: nothing that this day could see
    assert not publish().was_computed
    fill_mart(client, [Customer("b", T - MS)], [])
    changed = publish()
    assert changed.was_computed
    assert changed.manifest.rows == 2
    assert before < _keys(bucket), "files of the old publication stay for those who are reading them"


def test_a_lost_file_or_the_wish_to_recompute_recomputes_a_day(
    publish: Publish, client: Client, bucket: Bucket
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    first = publish().manifest
    wished = publish(recompute=True)
    assert wished.was_computed
    assert wished.manifest.publication_id != first.publication_id
    bucket.delete([wished.manifest.files[0].key])
    recomputed = publish()
    assert recomputed.was_computed
    assert _matrix(bucket, recomputed.manifest).keys() == {"a"}


def test_a_day_with_an_unreadable_manifest_is_recomputed(publish: Publish, client: Client, bucket: Bucket) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    publish()
    bucket.put(manifest_key(DAY), b'{"ds": "of another version"}', "application/json")
    with pytest.raises(PublicationError, match=f"Materialize customer_features_parquet for {DAY} again"):
        PublicationManifest.require(bucket, DAY)
    published = publish()
    assert published.was_computed
    assert PublicationManifest.require(bucket, DAY) == published.manifest


def test_what_arrives_while_the_mart_is_read_is_read_too(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    _arrive_during_reading(client, monkeypatch, times=1)
    manifest = publish().manifest
    assert _matrix(bucket, manifest).keys() == {"a", "late-1"}
    assert {key for key in _keys(bucket) if key.startswith(files_prefix(DAY))} == {file.key for file in manifest.files}


def test_a_mart_that_never_holds_still_publishes_nothing(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    _arrive_during_reading(client, monkeypatch, times=100)
    with pytest.raises(MartChangedError, match="during each of 3 attempts to read it"):
        publish()
    assert _keys(bucket) == set()


def _arrive_during_reading(client: Client, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    write = daily_matrix.write_parquet
    arrived = 0

    def write_and_let_a_customer_arrive(*arguments: object) -> object:
        nonlocal arrived
        computed = write(*arguments)  # type: ignore[arg-type]  # passed on as they came
        if arrived < times:
            arrived += 1
            fill_mart(client, [Customer(f"late-{arrived}", LONG_AGO + timedelta(days=arrived))], [])
        return computed

    monkeypatch.setattr(daily_matrix, "write_parquet", write_and_let_a_customer_arrive)


def test_no_secret_is_in_sparks_configuration(
    publish: Publish, client: Client, spark: SparkSession, settings: Settings
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    publish()
    secrets = {settings.s3_secret_key.get_secret_value(), settings.clickhouse_password.get_secret_value()}
    said = [value for _, value in spark.sparkContext.getConf().getAll()]
    said += [row.value for row in spark.sql("SET").collect()]
    assert said
    assert not [value for value in said if any(secret in value for secret in secrets)]
