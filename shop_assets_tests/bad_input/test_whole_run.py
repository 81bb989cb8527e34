"""The same bad inputs through one whole run of Dagster, to the CSV."""

import csv
import io
from collections.abc import Iterator

import pytest
from dagster import ExecuteInProcessResult

from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.bad_input import pipeline
from shop_assets_tests.bad_input.bad_files import files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Iterator[Settings]:
    with pipeline.own_shop(stack_settings) as settings:
        pipeline.deliver(settings, ((thing.key, thing.content) for thing in files()))
        yield settings


@pytest.fixture(scope="module")
def dirty_run(shop: Settings) -> ExecuteInProcessResult:
    return whole_run.run(shop, {})


def test_the_run_ends_well_and_the_report_has_a_line_for_every_clean_customer(dirty_run, shop):
    assert dirty_run.success
    report = list(csv.reader(io.StringIO(whole_run.report(shop).decode(), newline="")))[1:]
    clean = whole_run.rows(shop, "SELECT customer_id FROM mart.customers")
    assert len(report) > 300
    assert sorted(row[0] for row in report) == sorted(key for (key,) in clean)
    assert all(set(row[1:]) <= {"0", "1"} for row in report)


def test_the_checks_show_what_is_odd_and_hold_what_must_be_true(dirty_run):
    failed = whole_run.failed_checks(dirty_run)
    assert "mongo_collections.few_documents_are_rejected" in failed
    assert "report_csv.no_id_is_a_formula" in failed
    must_hold = ("mart_equals_raw", "in_the_clear", "is_encrypted", "features_", "equals_partition", "has_a_message")
    assert not [name for name in failed if any(part in name for part in must_hold)]


def test_nothing_that_dagster_keeps_of_the_run_is_large(dirty_run):
    for event in dirty_run.get_asset_materialization_events():
        for name, value in event.materialization.metadata.items():
            if name == "dagster/column_schema":  # as long as the MART's documentation, whatever the documents are
                continue
            assert len(str(value.value)) < 20_000, (event.asset_key, name)
