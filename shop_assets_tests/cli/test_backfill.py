"""A backfill of several days gives what each of these days gave, in one Spark session."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from shop_assets.cli.running.runs import day_rows, materialize_days
from shop_assets.documents.kinds import KINDS
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.resource import SparkResource, spark_resource
from shop_assets.features.windows import as_of
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report, write_report
from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.empty_mart import empty_mart, migrated_warehouse
from shop_assets_tests.features.mart_rows import as_the_mart_can_have_it, fill_mart
from shop_assets_tests.features.own_buckets import Buckets, empty, own_buckets, with_own_buckets
from shop_assets_tests.features.random_shops import random_shop
from shop_assets_tests.isolation import empty_warehouse, isolated

DAYS = [DAY - timedelta(days=number) for number in (2, 1, 0)]


@pytest.fixture
def own_settings(stack_settings: Settings) -> Settings:
    return with_own_buckets(stack_settings)


@pytest.fixture
def buckets(own_settings: Settings) -> Iterator[Buckets]:
    with own_buckets(own_settings) as buckets:
        yield buckets


def day_by_day(settings: Settings, buckets: Buckets) -> dict[date, bytes]:
    """A history that comes a day at a time: what has happened by midnight, then that day's features and report."""
    customers, purchases = random_shop(5, DAY, "UTC", size=80)
    purchases = [as_the_mart_can_have_it(purchase) for purchase in purchases]
    reports = {}
    with migrated_warehouse(settings) as client, spark_resource(settings).on_demand() as start_spark:
        empty_mart(client)
        seen = datetime.min.replace(tzinfo=as_of(DAY, "UTC").tzinfo)
        for day in DAYS:
            midnight = as_of(day, "UTC")
            fill_mart(
                client,
                [customer for customer in customers if seen <= customer.registered < midnight],
                [purchase for purchase in purchases if seen <= purchase.at < midnight],
            )
            source = MatrixSource.from_settings(settings)
            published = MatrixPublisher(source, client, buckets[0], start_spark, "by hand").publish(day)
            write_report(*buckets, published.manifest)
            reports[day] = read_report(buckets[1], find_report(buckets[1], day))
            seen = midnight
    return reports


@pytest.mark.slow
def test_a_backfill_gives_the_bytes_of_every_day_and_starts_spark_once(own_settings, buckets, monkeypatch):
    expected = day_by_day(own_settings, buckets)
    assert len(set(expected.values())) == len(DAYS), "days that are equal prove nothing"
    empty(buckets)
    started = []
    start = SparkResource._init_session
    monkeypatch.setattr(SparkResource, "_init_session", lambda self: (started.append(1), start(self)))

    result = materialize_days(own_settings, DAYS[0], DAYS[-1], lambda _event: None)
    assert result.success
    assert len(started) == 1
    assert [(row.day, row.computed) for row in day_rows(result)] == [(day.isoformat(), "now") for day in DAYS]
    assert {day: read_report(buckets[1], find_report(buckets[1], day)) for day in DAYS} == expected
    assert all(check.passed for check in result.get_asset_check_evaluations())

    again = materialize_days(own_settings, DAYS[0], DAYS[-1], lambda _event: None)
    assert len(started) == 1, "days whose inputs are as they were need no Spark"
    assert all("from the same inputs" in row.computed for row in day_rows(again))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "2026-01-02", "--to", "2026-01-01"], "--from 2026-01-02 is later than --to 2026-01-01"),
        (["--from", "2026-01-01", "--to", "2999-01-01"], "--to 2999-01-01 must be between 2024-01-01"),
        (["--from", "2026-01-01"], "Missing option '--to'"),
    ],
)
def test_a_range_that_cannot_be_is_reported_in_one_sentence(command, arguments, message):
    done = command("shop", "backfill", *arguments)
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_backfill_gives_the_bytes_of_every_day_of_a_history_that_came_through_all_stages(
    stack_settings: Settings, tmp_path: Path
) -> None:
    made = isolated(stack_settings)
    dg.materialize(_landing_assets(made), resources={"object_store": object_store_resource(made)})
    documents = whole_run.landed_documents(made)
    shop = isolated(stack_settings)
    empty_warehouse(shop)
    days = [whole_run.YESTERDAY - timedelta(days=number) for number in (6, 5, 4, 3, 2, 1, 0)]
    expected = {}
    for day in days:
        assert whole_run.run(shop, {"source_folder": str(_delivered(documents, day, tmp_path))}, day).success
        expected[day] = whole_run.report(shop, day)
    assert len(set(expected.values())) > 1

    elsewhere = with_own_buckets(shop)
    assert materialize_days(elsewhere, days[0], days[-1], lambda _event: None).success
    assert {day: whole_run.report(elsewhere, day) for day in days} == expected


def _landing_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    from shop_assets.landing.assets import build_assets

    return build_assets(settings)


def _delivered(documents: dict[str, list[dict[str, Any]]], day: date, folder: Path) -> Path:
    """A folder of what there was at the end of the day."""
    midnight = as_of(day, "UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    times = {"customers": "registration_date", "purchases": "purchase_datetime"}
    for kind in KINDS:
        path = folder / kind.name
        path.mkdir(exist_ok=True)
        for document in documents[kind.name]:
            if str(document.get(times.get(kind.name, ""), "")) < midnight:
                (path / f"{document[kind.id_field]}.json").write_text(json.dumps(document, ensure_ascii=False))
    return folder
