"""The schedules, with a clock that the test sets."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from dagster import RunRequest, build_schedule_context

from shop_assets.automation.days import yesterday
from shop_assets.automation.schedules import build_schedules
from shop_assets.build import build_definitions


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


def test_the_report_of_ten_utc_is_for_yesterdays_partition_of_the_business_time_zone(stack_settings):
    settings = stack_settings.model_copy(update={"timezone": "Pacific/Auckland"})
    (report,) = [schedule for schedule in build_schedules(settings) if schedule.name == "report_of_yesterday"]
    tick = datetime(2026, 6, 15, 10, tzinfo=UTC)  # 22:00 of that day in Auckland
    repository = build_definitions(settings).get_repository_def()
    context = build_schedule_context(scheduled_execution_time=tick, repository_def=repository)
    ticked = report.evaluate_tick(context)
    assert [request.partition_key for request in ticked.run_requests or []] == ["2026-06-14"]
    assert all(isinstance(request, RunRequest) for request in ticked.run_requests or [])
    assert (report.cron_schedule, report.execution_timezone) == ("0 10 * * *", "UTC")


def test_the_mart_is_made_before_the_report_of_the_same_morning(stack_settings):
    hours = {schedule.name: int(str(schedule.cron_schedule).split()[1]) for schedule in build_schedules(stack_settings)}
    assert hours["ingest_every_morning"] < hours["report_of_yesterday"]
