"""Each service going away, or falling silent, in the middle of each stage that uses it; and the run after that."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.status import stack_status
from shop_assets.settings import Settings
from shop_assets_tests.isolation import empty_warehouse
from shop_assets_tests.outages.conftest import Impatient, port_of, run_asset, with_port
from shop_assets_tests.outages.error_messages import assert_says
from shop_assets_tests.outages.proxy import Proxy, proxy

pytestmark = pytest.mark.slow

BOUND_SECONDS = 20
"""With the limits of these tests, on a busy machine."""

KIB = 1024


def renamed(*fields: str) -> Callable[[Settings], Settings]:
    """Makes a shop that has this part of its way still before it."""
    return lambda settings: settings.model_copy(
        update={field: f"{getattr(settings, field)}{secrets.token_hex(3)}" for field in fields}
    )


def empty(settings: Settings) -> Settings:
    """Takes RAW and MART away."""
    empty_warehouse(settings)
    return settings


def as_it_is(settings: Settings) -> Settings:
    return settings


# What is left to do, and after how many bytes of the service's traffic the accident comes: before all of it is done.
MIDDLES: dict[tuple[str, str], tuple[Callable[[Settings], Settings], int]] = {
    ("raw_customers_json", "s3"): (as_it_is, 4 * KIB),
    ("mongo_collections", "s3"): (renamed("mongo_database"), 200 * KIB),
    ("mongo_collections", "mongo"): (renamed("mongo_database"), 500 * KIB),
    ("kafka_topics_loaded", "mongo"): (renamed("kafka_topic_prefix"), 500 * KIB),
    ("clickhouse_raw", "mongo"): (empty, 3 * KIB),
    ("clickhouse_raw", "clickhouse"): (empty, 100 * KIB),
    ("clickhouse_mart", "clickhouse"): (as_it_is, 20 * KIB),
    ("clickhouse_customer_features", "s3"): (as_it_is, 4 * KIB),
    ("clickhouse_customer_features", "clickhouse"): (as_it_is, 8 * KIB),
    ("report_csv", "s3"): (as_it_is, 8 * KIB),
}


@pytest.mark.parametrize("accident", [Proxy.cut, Proxy.fall_silent], ids=["cut", "silent"])
@pytest.mark.parametrize(("asset", "service"), list(MIDDLES))
def test_a_service_that_goes_away_is_reported_in_time_and_the_next_run_finishes(
    shop: Settings, impatient_with: Impatient, asset: str, service: str, accident: Callable[[Proxy], None]
) -> None:
    prepare, after = MIDDLES[asset, service]
    settings = prepare(shop)
    impatient_with(service)
    with proxy(port_of(shop, service), after, accident) as between:
        ran = run_asset(with_port(settings, service, between.port), asset)
        assert between.had_its_accident
    assert ran.errors.keys() == {asset}
    assert_says(ran.errors[asset], service, between.port, shop)
    assert ran.seconds < BOUND_SECONDS
    assert run_asset(settings, asset).errors == {}


@pytest.mark.parametrize(
    ("asset", "prepare", "seen", "after"),
    [
        ("kafka_topics_loaded", renamed("kafka_topic_prefix"), "mongo", 500 * KIB),
        ("clickhouse_raw", empty, "clickhouse", 100 * KIB),
    ],
    ids=["kafka_topics_loaded", "clickhouse_raw"],
)
def test_a_broker_that_stops_answering_is_reported_in_time_and_the_next_run_finishes(
    shop: Settings,
    impatient_with: Impatient,
    asset: str,
    prepare: Callable[[Settings], Settings],
    seen: str,
    after: int,
) -> None:
    settings = prepare(shop)
    impatient_with("kafka")
    with suspended_in_the_middle("kafka") as suspend, proxy(port_of(shop, seen), after, suspend) as between:
        ran = run_asset(with_port(settings, seen, between.port), asset)
        assert between.had_its_accident
    assert ran.errors.keys() == {asset}
    assert_says(ran.errors[asset], "kafka", port_of(shop, "kafka"), shop)
    assert ran.seconds < BOUND_SECONDS
    assert run_asset(settings, asset).errors == {}


@contextmanager
def suspended_in_the_middle(service: str) -> Iterator[Callable[[Any], None]]:
    """Gives a function that stops the service's process, as SIGSTOP does; it goes on at the end."""
    (pid,) = [found.pid for found in stack_status(Home.from_environment()) if found.name == service]
    process = psutil.Process(pid)
    try:
        yield lambda _between: process.suspend()
    finally:
        process.resume()
