"""The days before a shop's first matrix: published like any other, as long as that is quick."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from dagster import DailyPartitionsDefinition
from pyspark.sql import SparkSession

from shop_assets.features import daily_matrix, earlier_days
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource, PublishedDay
from shop_assets.features.earlier_days import load_earlier_days, publish_earlier_days
from shop_assets.features.errors import PublicationError, SparkJobError
from shop_assets.features.manifest import PublicationManifest, manifest_key
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
    publisher = MatrixPublisher(MatrixSource.from_settings(settings), client, bucket, lambda: spark, "run-1")

    def published() -> list[date]:
        found = publish_earlier_days(publisher, BEFORE, publisher.publish(DAY).manifest)
        return [one.published.manifest.ds for one in found]

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


def test_a_day_with_a_damaged_manifest_is_skipped(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_days, "MOST_SECONDS", 600.0)
    fill_mart(client, [Customer("old", LONG_AGO)], [])
    bucket.put(manifest_key(BEFORE[1]), b"{", "application/json")
    assert publish() == [BEFORE[0], BEFORE[2]]
    loaded = [one.manifest.ds for one in load_earlier_days(client, bucket, BEFORE)]
    assert loaded == [BEFORE[0], BEFORE[2]]


def test_a_day_on_which_rows_were_lost_is_skipped(
    publish: Publish, client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_days, "MOST_SECONDS", 600.0)
    fill_mart(client, [Customer("old", LONG_AGO)], [])
    publish_with_loss = daily_matrix.publication.publish

    def lossy(to: Bucket, day: date, *arguments: Any) -> PublicationManifest:
        if day == BEFORE[0]:
            raise PublicationError("rows were lost")
        return publish_with_loss(to, day, *arguments)

    monkeypatch.setattr(daily_matrix.publication, "publish", lossy)
    assert publish() == BEFORE[1:]


def test_a_failure_of_spark_ends_the_earlier_days_and_not_the_run(
    publish: Publish, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mart(client, [Customer("old", LONG_AGO)], [])

    publish_own = MatrixPublisher.publish

    def failing(publisher: MatrixPublisher, day: date) -> PublishedDay:
        if day == DAY:
            return publish_own(publisher, day)
        raise SparkJobError("Spark failed")

    monkeypatch.setattr(MatrixPublisher, "publish", failing)
    assert publish() == []


def test_days_before_the_first_partition_are_none() -> None:
    partitions = DailyPartitionsDefinition(start_date="2026-01-01")
    assert days_before(partitions, date(2026, 1, 3), 13) == [date(2026, 1, 2), date(2026, 1, 1)]
