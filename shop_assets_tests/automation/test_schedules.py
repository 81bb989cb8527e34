"""The schedules, with a clock that the test sets."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from clickhouse_connect.driver.client import Client
from dagster._core.storage.tags import SCHEDULED_EXECUTION_TIME_TAG

from shop_assets.automation import schedules
from shop_assets.automation.schedules import build_schedules
from shop_assets.build import build_definitions
from shop_assets.features.daily_matrix import inputs_of
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.metadata import PUBLICATION_ID
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.mart_blocking_checks import WrongMartError
from shop_assets.orchestration.partitions import yesterday
from shop_assets.report.csv_report import write_report
from shop_assets.settings import Settings, SettingsError, variable
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.features.cases import LONG_AGO
from shop_assets_tests.features.empty_mart import empty_mart, migrated_warehouse
from shop_assets_tests.features.mart_rows import fill_mart
from shop_assets_tests.features.own_buckets import Buckets, own_buckets, with_own_buckets
from shop_assets_tests.features.plain_reading import Customer
from shop_assets_tests.features.published import publish_by_hand, row, rows_table
from shop_assets_tests.outages.conftest import port_of, with_port
from shop_assets_tests.outages.proxy import Proxy, proxy

DAY = date(2026, 6, 14)
TEN_THE_NEXT_DAY = datetime(2026, 6, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "UTC", date(2026, 2, 28)),
        (datetime(2026, 3, 1, 20, 59, tzinfo=UTC), "Europe/Moscow", date(2026, 2, 28)),
        (datetime(2026, 3, 1, 21, 0, tzinfo=UTC), "Europe/Moscow", date(2026, 3, 1)),
        (datetime(2026, 1, 1, 4, tzinfo=UTC), "America/New_York", date(2025, 12, 30)),
    ],
)
def test_yesterday_is_the_last_whole_day_of_the_time_zone(now, zone, day):
    assert yesterday(now, ZoneInfo(zone)) == day


@pytest.fixture(scope="module")
def own_settings(stack_settings: Settings) -> Settings:
    return with_own_buckets(stack_settings)


@pytest.fixture(scope="module")
def buckets(own_settings: Settings) -> Iterator[Buckets]:
    with own_buckets(own_settings) as buckets:
        yield buckets


@pytest.fixture(scope="module")
def client(own_settings: Settings) -> Iterator[Client]:
    with migrated_warehouse(own_settings) as client:
        yield empty_mart(client)


def tick(settings: Settings, instance: dg.DagsterInstance) -> Any:
    """What the report's schedule does at 10:00 UTC of the day after `DAY`."""
    with dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=TEN_THE_NEXT_DAY,
        repository_def=build_definitions(settings).get_repository_def(),
        resources={"object_store": object_store_resource(settings), "clickhouse": clickhouse_resource(settings)},
    ) as context:
        return _schedule(settings, "report_of_yesterday").evaluate_tick(context)


def _schedule(settings: Settings, name: str) -> dg.ScheduleDefinition:
    (found,) = [schedule for schedule in build_schedules(settings) if schedule.name == name]
    return found


def test_the_report_of_ten_utc_is_for_yesterdays_partition_of_the_business_time_zone(own_settings, instance, client):
    settings = own_settings.model_copy(update={"timezone": "Pacific/Auckland"})  # 22:00 of the 15th there
    (request,) = tick(settings, instance).run_requests or []
    assert request.partition_key == "2026-06-14"
    assert request.tags["shop/retries"] == "3"
    report = _schedule(settings, "report_of_yesterday")
    assert (report.cron_schedule, report.execution_timezone) == ("0 10 * * *", "UTC")


def test_the_mart_is_made_before_the_report_of_the_same_morning(stack_settings):
    hours = {schedule.name: int(str(schedule.cron_schedule).split()[1]) for schedule in build_schedules(stack_settings)}
    assert hours["ingest_every_morning"] < hours["report_of_yesterday"]


def test_the_ingest_of_the_morning_has_retries_too(stack_settings, instance):
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=TEN_THE_NEXT_DAY)
    (request,) = _schedule(stack_settings, "ingest_every_morning").evaluate_tick(context).run_requests or []
    assert request.tags["shop/retries"] == "3"


@pytest.mark.parametrize(("automation", "status"), [(True, "RUNNING"), (False, "STOPPED")])
def test_both_are_on_from_the_start_where_the_setting_says_so(stack_settings, automation, status):
    built = build_schedules(stack_settings.model_copy(update={"automation": automation}))
    assert [schedule.default_status.value for schedule in built] == [status] * 2


def publish(client: Client, buckets: Buckets, instance: dg.DagsterInstance) -> PublicationManifest:
    """Publishes the day from the MART as it is, and all that is made of it, as a run does."""
    by_hand = publish_by_hand(buckets[0], DAY, [rows_table(row("a"))])
    manifest = by_hand.model_copy(update={"inputs": inputs_of(client, DAY, "UTC")})
    manifest.write(buckets[0])
    write_report(*buckets, manifest)
    for asset in ("clickhouse_customer_features", "report_csv"):
        made(instance, asset, manifest)
    return manifest


def made(instance: dg.DagsterInstance, asset: str, manifest: PublicationManifest) -> None:
    event = dg.AssetMaterialization(
        asset, partition=DAY.isoformat(), metadata={PUBLICATION_ID: manifest.publication_id}
    )
    instance.report_runless_asset_event(event)


def test_a_day_that_is_published_from_what_the_mart_holds_is_skipped(own_settings, instance, client, buckets):
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    publish(client, buckets, instance)
    ticked = tick(own_settings, instance)
    assert not ticked.run_requests
    assert "2026-06-14 is published" in str(ticked.skip_message)
    fill_mart(client, [Customer("late", LONG_AGO)], [])
    assert tick(own_settings, instance).run_requests


@pytest.mark.parametrize("lost", ["manifest", "parquet", "csv", "warehouse", "report of another publication"])
def test_a_day_of_which_something_is_missing_is_not_skipped(own_settings, instance, client, buckets, lost):
    manifest = publish(client, buckets, instance)
    assert not tick(own_settings, instance).run_requests
    features, reports = buckets
    if lost == "warehouse":
        made(instance, "clickhouse_customer_features", manifest.model_copy(update={"publication_id": "older"}))
    elif lost == "report of another publication":
        made(instance, "report_csv", manifest.model_copy(update={"publication_id": "older"}))
    else:
        bucket: Bucket = reports if lost == "csv" else features
        bucket.delete([entry.key for entry in bucket.list() if lost in entry.key or (lost, bucket) == ("csv", reports)])
    assert tick(own_settings, instance).run_requests


def days(ticked: Any) -> list[str]:
    return [request.partition_key for request in ticked.run_requests or []]


def test_days_before_yesterday_without_a_report_are_requested_after_it(own_settings, instance, client, buckets):
    """Those that a stopped daemon missed, and those whose run failed."""
    _, reports = buckets
    older = publish_by_hand(buckets[0], date(2026, 6, 10), [rows_table(row("a"))])
    reports.delete([entry.key for entry in reports.list()])
    write_report(*buckets, older)
    write_report(*buckets, older.model_copy(update={"ds": date(2026, 6, 12)}))
    ticked = tick(own_settings, instance)
    assert days(ticked) == ["2026-06-14", "2026-06-13", "2026-06-11"]
    assert [request.tags.get("dagster/priority") for request in ticked.run_requests] == [None, "-1", "-1"]
    assert len({request.run_key for request in ticked.run_requests}) == 3
    queued = build_definitions(own_settings).resolve_job_def("daily_report")
    instance.create_run_for_job(
        queued, status=dg.DagsterRunStatus.NOT_STARTED, tags={"dagster/partition": "2026-06-13"}
    )
    assert days(tick(own_settings, instance)) == ["2026-06-14", "2026-06-11"]


def test_no_more_than_two_weeks_are_made_up_for_and_none_before_the_first_report(own_settings, instance, buckets):
    _, reports = buckets
    reports.delete([entry.key for entry in reports.list()])
    assert len(days(tick(own_settings, instance))) == 1
    write_report(*buckets, publish_by_hand(buckets[0], date(2026, 1, 1), [rows_table(row("a"))]))
    requested = days(tick(own_settings, instance))
    assert (len(requested), requested[-1]) == (15, "2026-05-31")


@pytest.mark.parametrize(
    ("first_day", "requested"),
    [(date(2026, 6, 13), ["2026-06-14", "2026-06-13"]), (DAY, ["2026-06-14"]), (date(2026, 6, 15), [])],
)
def test_days_before_the_first_partition_are_never_requested(own_settings, instance, buckets, first_day, requested):
    """Dagster fails a tick that requests a partition which does not exist: yesterday's run would be lost too."""
    _, reports = buckets
    reports.delete([entry.key for entry in reports.list()])
    write_report(*buckets, publish_by_hand(buckets[0], date(2026, 6, 1), [rows_table(row("a"))]))
    assert days(tick(own_settings.model_copy(update={"first_day": first_day}), instance)) == requested


@pytest.fixture
def missing(buckets) -> list[str]:
    """The two days before yesterday have no report."""
    _, reports = buckets
    reports.delete([entry.key for entry in reports.list()])
    write_report(*buckets, publish_by_hand(buckets[0], date(2026, 6, 11), [rows_table(row("a"))]))
    return ["2026-06-13", "2026-06-12"]


AUTOMATIC = {"shop/started_by": "automation"}


def run_of(settings: Settings, instance: dg.DagsterInstance, status: str, tags: dict[str, str]) -> None:
    job = build_definitions(settings).resolve_job_def("daily_report")
    instance.create_run_for_job(job, status=dg.DagsterRunStatus[status], tags=tags)


def test_from_a_mart_that_is_wrong_yesterdays_report_alone_is_requested(own_settings, instance, client, missing):
    """Each of the others would fail at the same check, and be reported."""
    check = {"asset_key": dg.AssetKey("clickhouse_mart"), "check_name": "mart_equals_raw"}
    instance.report_runless_asset_event(dg.AssetCheckEvaluation(**check, passed=False))
    assert days(tick(own_settings, instance)) == ["2026-06-14"]
    instance.report_runless_asset_event(dg.AssetCheckEvaluation(**check, passed=True))
    assert days(tick(own_settings, instance)) == ["2026-06-14", *missing]


@pytest.mark.parametrize(
    ("finished", "is_requested"),
    [
        (["FAILURE"] * 2, True),
        (["FAILURE"] * 3, False),
        (["FAILURE", "SUCCESS", "FAILURE"], False),
        (["CANCELED"], False),
        (["CANCELED", "FAILURE"], False),
    ],
)
def test_a_day_whose_automatic_runs_do_not_help_is_left_to_people(
    own_settings, instance, client, missing, finished, is_requested
):
    for status in finished:
        run_of(own_settings, instance, status, AUTOMATIC | {"dagster/partition": missing[0]})
        run_of(own_settings, instance, status, {"dagster/partition": missing[1]})  # a person's own attempts
    assert days(tick(own_settings, instance)) == ["2026-06-14", *missing[0 if is_requested else 1 :]]


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        ("2026-06-01", "2026-06-12", ["2026-06-13"]),
        ("2026-06-13", "2026-06-13", ["2026-06-12"]),
        ("2026-06-12", "2026-06-14", []),
        ("2026-06-01", "2026-06-11", ["2026-06-13", "2026-06-12"]),
    ],
)
def test_days_that_a_backfill_is_building_are_not_requested(own_settings, instance, client, missing, first, last, left):
    range_tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    run_of(own_settings, instance, "STARTED", range_tags)
    assert days(tick(own_settings, instance)) == ["2026-06-14", *left]


def test_a_tick_that_is_repeated_after_a_crash_requests_what_it_has_created(own_settings, instance, client, missing):
    """Dagster submits a run that exists already only if it is requested once more."""
    for day, at in zip(missing, (TEN_THE_NEXT_DAY, TEN_THE_NEXT_DAY - timedelta(days=1)), strict=True):
        created = {"dagster/partition": day, SCHEDULED_EXECUTION_TIME_TAG: at.isoformat()}
        run_of(own_settings, instance, "NOT_STARTED", AUTOMATIC | created)
    assert days(tick(own_settings, instance)) == ["2026-06-14", missing[0]]


def test_features_are_not_computed_by_hand_from_a_mart_that_failed_a_blocking_check(own_settings, instance, client):
    job = build_definitions(own_settings).resolve_implicit_global_asset_job_def()
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(asset_key=dg.AssetKey("clickhouse_mart"), check_name="mart_equals_raw", passed=False)
    )
    with pytest.raises(WrongMartError, match=r"^The MART failed mart_equals_raw: .*shop check"):
        job.execute_in_process(
            instance=instance,
            partition_key=DAY.isoformat(),
            asset_selection=[dg.AssetKey("customer_features_parquet")],
        )


def test_no_report_is_made_from_a_mart_that_a_blocking_check_finds_wrong(own_settings, instance, client, buckets):
    fill_mart(client, [Customer("not in RAW", LONG_AGO)], [])
    job = build_definitions(own_settings).resolve_job_def("daily_report")
    result = job.execute_in_process(instance=instance, partition_key=DAY.isoformat(), raise_on_error=False)
    assert not result.success
    evaluated = {one.check_name: one.passed for one in result.get_asset_check_evaluations()}
    assert evaluated == {"mart_equals_raw": False} | dict.fromkeys(evaluated.keys() - {"mart_equals_raw"}, True)
    assert result.get_asset_materialization_events() == []


def test_when_nobody_can_say_whether_it_is_published_the_run_is_started_and_tells(own_settings, instance):
    away = own_settings.model_copy(update={"clickhouse_port": 9, "s3_features_bucket": "nowhere"})
    assert tick(away, instance).run_requests


@pytest.mark.parametrize("service", ["s3", "clickhouse"])
def test_when_a_service_hangs_the_run_is_started_long_before_the_daemon_gives_the_tick_up(
    own_settings, instance, client, buckets, monkeypatch, service
):
    publish(client, buckets, instance)
    monkeypatch.setattr(schedules, "REPORT_TIMEOUT_SECONDS", 2.0)
    with proxy(port_of(own_settings, service), 1, Proxy.fall_silent) as between:
        begun = time.monotonic()
        assert tick(with_port(own_settings, service, between.port), instance).run_requests
        assert time.monotonic() - begun < 15
        assert between.had_its_accident


def test_the_times_are_settings(stack_settings: Settings) -> None:
    times = {"ingest_schedule": "30 4 * * *", "report_schedule": "0 7 * * 1-5"}
    built = build_schedules(stack_settings.model_copy(update=times))
    assert [schedule.cron_schedule for schedule in built] == ["30 4 * * *", "0 7 * * 1-5"]


@pytest.mark.parametrize("setting", ["ingest_schedule", "report_schedule"])
def test_what_is_no_time_of_cron_is_refused_by_the_name_of_its_setting_alone(
    stack_settings: Settings, setting: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable(setting)} is '0 25 \* \* \*', not a cron expression"):
        build_schedules(stack_settings.model_copy(update={setting: "0 25 * * *"}))
