"""The page through Dagster and through the command line."""

from datetime import timedelta

import dagster as dg
import pytest
from clickhouse_connect.driver.client import Client
from typer.testing import CliRunner

from shop_assets.cli.application import app
from shop_assets.dashboards.assets import build_assets
from shop_assets.dashboards.page.page_writing import page_key
from shop_assets.errors import ShopError
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.asset_metadata import BYTES, ROWS_OUT
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.dashboards.made_shop import YESTERDAY
from shop_assets_tests.features.own_buckets import own_buckets
from shop_assets_tests.isolation import empty_warehouse


@pytest.fixture
def reports(settings: Settings):
    with own_buckets(settings) as (_, bucket):
        yield bucket


def materialize(settings: Settings, day) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        build_assets(settings),
        partition_key=day.isoformat(),
        resources={"object_store": object_store_resource(settings), "clickhouse": clickhouse_resource(settings)},
    )


def test_the_asset_puts_the_page_of_its_day_beside_the_report(default_shop: Client, settings, reports: Bucket):
    result = materialize(settings, YESTERDAY)
    (materialization,) = result.asset_materializations_for_node("quality_dashboard_html")
    key = f"quality_dashboard_{YESTERDAY:%Y_%m_%d}.html"
    assert [entry.key for entry in reports.list()] == [key]
    page = reports.get(key)
    assert page.startswith(b"<!DOCTYPE html>")
    assert materialization.metadata[BYTES].value == len(page) < 1_200_000
    assert materialization.metadata["path"].value == f"s3://{settings.s3_reports_bucket}/{key}"
    assert materialization.metadata["alerts"].value == []
    assert int(materialization.metadata[ROWS_OUT].value) > 300


def test_a_shop_without_a_single_document_does_not_fail_the_day(client: Client, settings, reports: Bucket):
    assert materialize(settings, YESTERDAY).success
    assert reports.find(page_key(YESTERDAY)) is not None


def test_the_command_says_what_to_do_where_nothing_was_ever_loaded(settings, tmp_path):
    empty_warehouse(settings)
    done = CliRunner().invoke(app, ["dashboard", "--output", str(tmp_path / "page.html")])
    assert isinstance(done.exception, ShopError)
    assert "shop run" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_the_page_of_a_day_to_a_file(default_shop: Client, settings, tmp_path):
    output = tmp_path / "page.html"
    day = YESTERDAY - timedelta(days=1)
    done = CliRunner().invoke(app, ["dashboard", "--output", str(output), "--day", day.isoformat()])
    assert done.exit_code == 0, done.output
    assert f"{day:%d.%m.%Y}" in output.read_text(encoding="utf-8")
