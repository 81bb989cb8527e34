"""Each service away before each stage that uses it begins: an error that says which, where, and what to do."""

import pytest

from shop_assets.settings import Settings
from shop_assets_tests.outages.conftest import Impatient, run_asset, run_checks, with_port
from shop_assets_tests.outages.error_messages import assert_says
from shop_assets_tests.outages.proxy import closed_port

USES = {
    "raw_customers_json": ("s3",),
    "mongo_collections": ("s3", "mongo"),
    "kafka_topics_loaded": ("mongo", "kafka"),
    "clickhouse_raw": ("mongo", "kafka", "clickhouse"),
    "clickhouse_mart": ("mongo", "clickhouse"),
    "customer_features_parquet": ("clickhouse", "s3"),
    "clickhouse_customer_features": ("clickhouse", "s3"),
    "report_csv": ("s3",),
}
BOUND_SECONDS = 12
"""With the limits of these tests, on a busy machine."""


@pytest.mark.parametrize(("asset", "service"), [(asset, service) for asset, uses in USES.items() for service in uses])
def test_a_stage_says_which_service_is_away(
    shop: Settings, impatient_with: Impatient, asset: str, service: str
) -> None:
    impatient_with(service)
    port = closed_port()
    ran = run_asset(with_port(shop, service, port), asset)
    assert ran.errors.keys() == {asset}
    assert_says(ran.errors[asset], service, port, shop)
    assert ran.seconds < BOUND_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("service", ["s3", "mongo", "kafka", "clickhouse"])
def test_a_check_that_cannot_ask_its_service_is_an_error_that_says_so(
    shop: Settings, impatient_with: Impatient, service: str
) -> None:
    impatient_with(service)
    port = closed_port()
    ran = run_checks(with_port(shop, service, port))
    others = run_checks(shop).errors  # without the report and without features in the warehouse
    failed = {step: text for step, text in ran.errors.items() if text != others.get(step)}
    assert failed
    for text in failed.values():
        assert_says(text, service, port, shop)
    assert ran.seconds < BOUND_SECONDS * len(ran.errors)
