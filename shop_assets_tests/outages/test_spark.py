"""ClickHouse and object storage going away, or falling silent, while Spark reads the one and writes the other."""

from collections.abc import Callable

import pytest

from shop_assets.features import reading
from shop_assets.object_store import resource as s3
from shop_assets.settings import Settings
from shop_assets_tests.outages.conftest import port_of, run_asset, with_port
from shop_assets_tests.outages.proxy import Proxy, proxy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ASSET = "customer_features_parquet"
KIB = 1024
MESSAGES = {
    "clickhouse": "ClickHouse at 127.0.0.1:{port}",
    "s3": "object storage at http://127.0.0.1:{port}",
}
AFTER = {"clickhouse": 120 * KIB, "s3": 10 * KIB}
BOUND_SECONDS = {"cut": 120, "silent": 480}
"""Spark's start, its tasks' and S3A's retries with the limits that they really have, and our own question after."""


@pytest.mark.parametrize("accident", [Proxy.cut, Proxy.fall_silent], ids=["cut", "silent"])
@pytest.mark.parametrize("service", ["clickhouse", "s3"])
def test_who_failed_spark_is_reported_in_time_and_the_next_run_finishes(
    shop: Settings, monkeypatch: pytest.MonkeyPatch, service: str, accident: Callable[[Proxy], None]
) -> None:
    kind = "cut" if accident is Proxy.cut else "silent"
    with s3.object_store_resource(shop).process_config_and_initialize_cm() as store:
        store.features().delete([found.key for found in store.features().list()])  # nothing is published yet
    monkeypatch.setitem(reading.TIME_LIMITS, "socket_timeout", "5000")  # of ten minutes
    with proxy(port_of(shop, service), AFTER[service], accident) as between:
        ran = run_asset(with_port(shop, service, between.port), ASSET)
        assert between.had_its_accident
    assert ran.errors.keys() == {ASSET}
    assert MESSAGES[service].format(port=between.port).lower() in ran.errors[ASSET].lower()
    assert "shop status" in ran.errors[ASSET]
    assert "SparkServiceError" in ran.errors[ASSET]
    assert ran.seconds < BOUND_SECONDS[kind]
    assert run_asset(shop, ASSET).errors == {}
