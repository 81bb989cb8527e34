"""The days before a shop's first matrix: published like any other, as long as that is quick."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from clickhouse_connect.driver.client import Client
from dagster import DailyPartitionsDefinition
from pyspark.sql import SparkSession

from shop_assets.features import earlier_days
from shop_assets.features.daily_matrix import MatrixSource, publish_day
from shop_assets.features.earlier_days import publish_earlier_days
from shop_assets.features.manifest import PublicationManifest
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.partitions import days_before
from shop_assets.settings import Settings
from shop_assets_tests.features.cases import DAY, LONG_AGO
from shop_assets_tests.features.mart_rows import fill_mart
from shop_assets_tests.features.plain_reading import Customer, Purchase

Publish = Callable[[], list[date]]
BEFORE = [DAY - timedelta(days=number) for number in (1, 2, 3)]


@pytest.fixture
def publish(settings: Settings, client: Client, bucket: Bucket, spark: SparkSession) -> Publish:
    source = MatrixSource.from_settings(settings)

    def published() -> list[date]:
        own = publish_day(DAY, source, client, bucket, lambda: spark, "run-1").manifest
        found = publish_earlier_days(BEFORE, source, client, bucket, lambda: spark, "run-1", own)
        return [one.manifest.ds for one in found]

    return published


def test_each_day_has_the_customers_of_its_own_end(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_days, "MOST_SECONDS", 600.0)
    noon = datetime.combine(BEFORE[1], time(12), UTC)
    fill_mart(client, [Customer("old", LONG_AGO), Customer("new", noon)], [])
    assert publish() == BEFORE
    assert [PublicationManifest.require(bucket, day).rows for day in BEFORE] == [2, 2, 1]


def test_a_shop_with_many_purchases_gets_no_day_but_its_own(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_days, "MOST_BASKETS", 1)
    noon = datetime.combine(BEFORE[1], time(12), UTC)
    fill_mart(client, [Customer("old", LONG_AGO)], [Purchase("old", noon), Purchase("old", noon)])
    assert publish() == []
    assert PublicationManifest.read(bucket, BEFORE[0]) is None


def test_no_day_is_begun_that_would_end_too_late(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.0, 7.0, 7.0, 12.0])  # began; first day's begin and end; second day's begin
    monkeypatch.setattr(earlier_days, "monotonic", lambda: next(moments))
    assert publish() == BEFORE[:1]


def test_days_before_the_first_partition_are_none() -> None:
    partitions = DailyPartitionsDefinition(start_date="2026-01-01")
    assert days_before(partitions, date(2026, 1, 3), 13) == [date(2026, 1, 2), date(2026, 1, 1)]
