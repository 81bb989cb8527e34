"""Features, their copy in ClickHouse and the report through Dagster, with their checks, for one day and for several."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import psutil
import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.document_store.resource import mongo_resource
from shop_assets.features import assets as features_assets
from shop_assets.features import checks as features_checks
from shop_assets.features.clean_up import CleanUpResult
from shop_assets.features.daily_matrix import MatrixPublisher, PublishedDay
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.resource import spark_resource
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.asset_metadata import ROW_COUNT, ROWS_IN, ROWS_OUT, SECONDS
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.report import assets as report_assets
from shop_assets.report import checks as report_checks
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.features import plain_reading
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.mart_rows import as_the_mart_can_have_it, fill_mart
from shop_assets_tests.features.plain_reading import Customer, Purchase
from shop_assets_tests.features.published import publish_by_hand, row, rows_table
from shop_assets_tests.features.random_shops import random_shop

ASSETS = {"customer_features_parquet", "clickhouse_customer_features", "report_csv"}
CHECKS = {
    "features_have_expected_columns",
    "features_are_zero_or_one",
    "features_have_one_row_per_customer",
    "features_are_consistent",
    "feature_shares_are_stable",
    "warehouse_equals_partition",
    "report_equals_partition",
    "no_id_is_a_formula",
}
Shop = tuple[list[Customer], list[Purchase]]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def job(settings: Settings) -> dg.JobDefinition:
    @dg.asset
    def clickhouse_mart() -> None:
        """Replaces the stages before: without partitions, as they are."""

    definitions = dg.Definitions(
        assets=[clickhouse_mart, *features_assets.build_assets(settings), *report_assets.build_assets(settings)],
        asset_checks=[*features_checks.build_checks(settings), *report_checks.build_checks(settings)],
        resources={
            "spark": spark_resource(settings),
            "object_store": object_store_resource(settings),
            "clickhouse": clickhouse_resource(settings),
            "mongo": mongo_resource(settings),
            "pii": personal_data_resource(settings),
        },
    )
    return definitions.resolve_implicit_global_asset_job_def()


@pytest.fixture
def shop(client: Client) -> Shop:
    customers, purchases = random_shop(11, DAY, "UTC", size=120)
    purchases = [as_the_mart_can_have_it(purchase) for purchase in purchases]
    fill_mart(client, customers, purchases)
    return customers, purchases


def _csv(shop: Shop, days_before: int = 0) -> bytes:
    rows = plain_reading.matrix(*shop, DAY - timedelta(days=days_before), "UTC")
    lines = [",".join(["customer_id", *plain_reading.NAMES])]
    lines += [",".join([customer, *map(str, rows[customer].values())]) for customer in sorted(rows)]
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.slow
def test_several_days_in_one_run_are_published_loaded_reported_and_checked(
    job: dg.JobDefinition, instance: dg.DagsterInstance, shop: Shop, buckets: tuple[Bucket, Bucket], client: Client
) -> None:
    days = [(DAY - timedelta(days=number)).isoformat() for number in (1, 0)]
    result = job.execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey(name) for name in ASSETS],
        tags={"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]},
    )
    events = {(e.asset_key.to_user_string(), e.partition): e for e in result.get_asset_materialization_events()}
    assert events.keys() == {(name, day) for name in ASSETS for day in days}
    checked = {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}
    assert checked.keys() == CHECKS
    assert all(evaluation.passed for evaluation in checked.values())
    assert {str(evaluation.metadata["days"].value) for evaluation in checked.values()} == {", ".join(days)}

    for number in range(2):
        day, expected = DAY - timedelta(days=number), _csv(shop, number)
        rows = expected.count(b"\n") - 1
        assert read_report(buckets[1], find_report(buckets[1], day)) == expected
        assert client.query(f"SELECT count() FROM mart.customer_features WHERE ds = '{day}'").result_rows == [(rows,)]
        assert PublicationManifest.require(buckets[0], day).run_id == result.run_id
        for name in ASSETS:
            metadata = events[name, day.isoformat()].materialization.metadata
            assert metadata[ROWS_OUT].value == metadata[ROW_COUNT].value == rows
            assert metadata.keys() >= {ROWS_IN, SECONDS, "bytes"}
    shares = events["customer_features_parquet", days[0]].materialization.metadata["share_of_ones"].value
    assert str(shares).count("\n") == 31
    java = [process for process in psutil.Process().children(recursive=True) if "java" in process.name()]
    assert not [process for process in java if "pyspark-shell" in process.cmdline()], "Spark outlived its step"

    again = job.execute_in_process(instance=instance, partition_key=DAY.isoformat())
    events = {(e.asset_key.to_user_string(), e.partition): e for e in again.get_asset_materialization_events()}
    assert events.keys() == {("clickhouse_mart", None), *((name, DAY.isoformat()) for name in ASSETS)}
    computed = events["customer_features_parquet", DAY.isoformat()].materialization.metadata["computed"].value
    assert str(computed).endswith("from the same inputs")
    assert {e.check_name for e in again.get_asset_check_evaluations() if e.passed} == CHECKS
    assert read_report(buckets[1], find_report(buckets[1])) == _csv(shop)


def test_a_partition_that_fails_its_check_is_not_reported(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    shop: Shop,
    buckets: tuple[Bucket, Bucket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest = publish_by_hand(buckets[0], DAY, [rows_table(row("nobody"))])
    published = PublishedDay(manifest, was_computed=False, cleaned_up=CleanUpResult(0, 0))
    monkeypatch.setattr(MatrixPublisher, "publish", lambda *_, **__: published)
    result = job.execute_in_process(instance=instance, partition_key=DAY.isoformat(), raise_on_error=False)
    assert not result.success
    failed = [e.check_name for e in result.get_asset_check_evaluations() if not e.passed]
    assert failed == ["features_have_one_row_per_customer"]
    assert list(buckets[1].list()) == []


def test_a_run_in_another_zone_than_the_newest_published_day_warns_before_it_computes(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    buckets: tuple[Bucket, Bucket],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish_by_hand(buckets[0], DAY, [rows_table()], timezone="Europe/Moscow")

    def unreachable(*_: object, **__: object) -> PublishedDay:
        raise PublicationError("computing began")

    monkeypatch.setattr(MatrixPublisher, "publish", unreachable)
    parquet = [dg.AssetKey("customer_features_parquet")]
    result = job.execute_in_process(
        instance=instance, partition_key=DAY.isoformat(), asset_selection=parquet, raise_on_error=False
    )
    warnings = [entry for entry in instance.all_logs(result.run_id) if entry.level == logging.WARNING]
    assert [entry.user_message for entry in warnings] == [
        f"{DAY} was published in Europe/Moscow, this run uses UTC: set SHOP_TIMEZONE in every command"
    ]


def test_a_check_that_is_started_alone_looks_at_the_day_that_was_materialized_last(
    job: dg.JobDefinition, instance: dg.DagsterInstance, buckets: tuple[Bucket, Bucket]
) -> None:
    check = dg.AssetCheckKey(dg.AssetKey("customer_features_parquet"), "features_are_zero_or_one")
    alone = job.get_subset(asset_selection=set(), asset_check_selection={check})
    nothing_yet = alone.execute_in_process(instance=instance, raise_on_error=False)
    assert not nothing_yet.success, "a check that cannot run neither passes nor fails"
    assert nothing_yet.get_asset_check_evaluations() == []

    publish_by_hand(buckets[0], DAY, [rows_table(row("a"))])
    instance.report_runless_asset_event(dg.AssetMaterialization("customer_features_parquet", partition=DAY.isoformat()))
    (evaluation,) = alone.execute_in_process(instance=instance).get_asset_check_evaluations()
    assert evaluation.passed
    assert evaluation.metadata["days"].value == DAY.isoformat()
