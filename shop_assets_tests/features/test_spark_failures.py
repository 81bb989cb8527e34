"""Who has failed Spark is asked after it failed, once and not for long."""

import time

import pytest
from clickhouse_connect.driver.client import Client
from pyspark.errors import PySparkException

from shop_assets.features import spark_failures
from shop_assets.features.errors import SparkJobError, SparkServiceError
from shop_assets.features.reading import MartConnection
from shop_assets.features.spark_failures import spark_job
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.outages.conftest import port_of, with_port
from shop_assets_tests.outages.proxy import Proxy, proxy


def fail(client: Client, settings: Settings) -> None:
    bucket = Bucket(object_store_resource(settings).s3.get_client(), settings.s3_features_bucket)
    with spark_job(client, MartConnection.from_settings(settings), bucket):
        raise PySparkException("lost")


def test_a_store_that_hangs_is_named_after_one_short_attempt(
    stack_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_failures, "STORE_RESPONSE_TIMEOUT_SECONDS", 1)
    hangs = proxy(port_of(stack_settings, "s3"), 1, Proxy.fall_silent)
    with hangs as between, clickhouse_resource(stack_settings).client() as client:
        begun = time.monotonic()
        with pytest.raises(
            SparkServiceError, match=rf"No response from object storage at http://127\.0\.0\.1:{between.port}:"
        ):
            fail(client, with_port(stack_settings, "s3", between.port))
        assert between.had_its_accident
        assert time.monotonic() - begun < 10


def test_a_store_that_refuses_whom_it_does_not_know_answers(stack_settings: Settings) -> None:
    with (
        clickhouse_resource(stack_settings).client() as client,
        pytest.raises(SparkJobError, match="ClickHouse and object storage respond now"),
    ):
        fail(client, stack_settings)
