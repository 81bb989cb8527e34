"""When an asset is overdue, whatever the times of the schedules are."""

from datetime import UTC, datetime, timedelta

import pytest
from dagster import AssetKey, Definitions
from dagster._core.definitions.freshness import CronFreshnessPolicy
from dagster._utils.schedules import reverse_cron_string_iterator

from shop_assets.automation.freshness import policies
from shop_assets.build import build_definitions
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, REPORT_CSV
from shop_assets.orchestration.schedule_times import after_midnight
from shop_assets.settings import BusinessSettings, Settings, SettingsError


def window(settings: Settings, asset: AssetKey, now: datetime) -> tuple[str, str]:
    """When the asset must have been materialized, as Dagster reads the policy at a moment."""
    policy = policies(settings)[asset]
    assert isinstance(policy, CronFreshnessPolicy)
    deadline = next(reverse_cron_string_iterator(now.timestamp(), policy.deadline_cron, policy.timezone))
    return tuple(f"{moment.astimezone(UTC):%d %H:%M}" for moment in (deadline - policy.lower_bound_delta, deadline))


WEDNESDAY_NIGHT = datetime(2026, 6, 17, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "mart", "report"),
    [
        ({}, ("17 06:00", "17 08:00"), ("17 00:00", "17 11:00")),
        ({"ingest_schedule": "30 4 * * *", "report_schedule": "0 7 * * 1-5"}, ("17 04:30", "17 06:30"),
         ("17 00:00", "17 08:00")),
        ({"ingest_schedule": "30 22 * * *", "report_schedule": "0 18 * * 2"}, ("16 22:30", "17 00:30"),
         ("16 00:00", "16 19:00")),
        ({"ingest_schedule": "0 * * * *", "report_schedule": "0 7,19 * * *"}, ("17 22:00", "17 23:00"),
         ("17 12:00", "17 20:00")),
        ({"timezone": "Europe/Moscow"}, ("17 06:00", "17 08:00"), ("16 21:00", "17 11:00")),
    ],
)  # fmt: skip
def test_an_asset_is_due_some_hours_after_its_schedule(
    stack_settings: Settings, times: dict[str, str], mart: tuple[str, str], report: tuple[str, str]
) -> None:
    settings = stack_settings.model_copy(update=times)
    assert window(settings, CLICKHOUSE_MART, WEDNESDAY_NIGHT) == mart
    assert window(settings, REPORT_CSV, WEDNESDAY_NIGHT) == report


@pytest.mark.parametrize("schedule", ["* * * * *", "0 6,7 1 3 *", "0 0 29 2 *", "0 0 * * *"])
def test_definitions_load_with_any_time_of_cron(stack_settings: Settings, schedule: str) -> None:
    times = {"ingest_schedule": schedule, "report_schedule": schedule, "automation": True}
    Definitions.validate_loadable(build_definitions(stack_settings.model_copy(update=times)))


def test_what_is_no_time_of_cron_is_refused_by_the_name_of_its_setting(stack_settings: Settings) -> None:
    settings = stack_settings.model_copy(update={"ingest_schedule": "0 25 * * *", "automation": True})
    with pytest.raises(SettingsError, match=r"SHOP_INGEST_SCHEDULE is '0 25 \* \* \*'"):
        build_definitions(settings)


def test_the_first_tick_of_a_day_counts() -> None:
    def first(schedule: str, timezone: str) -> timedelta:
        return after_midnight(BusinessSettings(report_schedule=schedule, timezone=timezone))

    assert first("15 7,19 * * *", "UTC") == timedelta(hours=7, minutes=15)
    assert first("0 22 * * *", "Europe/Moscow") == timedelta(hours=1)
    assert first("30 22 * * *", "Europe/Berlin") == timedelta(hours=23, minutes=30)  # of winter
    assert first("* * * * *", "Asia/Vladivostok") == timedelta(0)
