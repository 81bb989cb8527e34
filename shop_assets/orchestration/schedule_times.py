"""Deadlines computed from a schedule's cron expression, which is always in UTC."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Final
from zoneinfo import ZoneInfo

# Dagster's own reading of cron expressions, by which schedules tick and freshness policies are checked.
from dagster._utils.schedules import (
    cron_string_iterator,
    get_smallest_cron_interval,
    is_valid_cron_string,
    reverse_cron_string_iterator,
)

from shop_assets.settings import BusinessSettings, SettingsError, variable

_TICKS: Final = 400
"""More than a year of a daily schedule: a time zone's summer is among them."""


def after_midnight(settings: BusinessSettings) -> timedelta:
    """How long after the business day's midnight the first report of a day is due.

    Args:
        settings: The report's schedule, and the business time zone.

    Returns:
        The time; the longest one where days differ because of summer time, so that nothing is reported late too early.

    Raises:
        SettingsError: The schedule is not a cron expression.
    """
    days = groupby(_report_ticks(settings), key=lambda tick: tick.date())
    firsts = (next(of_day) for _, of_day in days)
    return max(timedelta(hours=tick.hour, minutes=tick.minute) for tick in firsts)


def report_weekdays(settings: BusinessSettings) -> list[int]:
    """On which days of the business week reports are made.

    Args:
        settings: The report's schedule, and the business time zone.

    Returns:
        The days, 1 for Monday to 7 for Sunday.

    Raises:
        SettingsError: The schedule is not a cron expression.
    """
    return sorted({tick.isoweekday() for tick in _report_ticks(settings)})


def _report_ticks(settings: BusinessSettings) -> Iterator[datetime]:
    """Ticks of the report's schedule, on the clock of the business time zone."""
    require_cron(settings.report_schedule, "report_schedule")
    zone = ZoneInfo(settings.timezone)
    midnight = datetime(2026, 1, 1, tzinfo=zone).timestamp()
    ticks = islice(cron_string_iterator(midnight, settings.report_schedule, "UTC"), _TICKS)
    return (tick.astimezone(zone) for tick in ticks)


def last_tick(schedule: str, moment: datetime) -> datetime:
    """When a schedule ticked last.

    Args:
        schedule: The cron expression, which `require_cron` accepts.
        moment: The ticks after it do not count.

    Returns:
        The tick, in UTC.
    """
    return next(reverse_cron_string_iterator(moment.timestamp(), schedule, "UTC"))


def shortest_interval(schedule: str, setting: str) -> timedelta:
    """How long it takes from one tick to the next at least.

    Args:
        schedule: The cron expression.
        setting: The field of the settings that it comes from.

    Returns:
        The time.

    Raises:
        SettingsError: It is not a cron expression.
    """
    require_cron(schedule, setting)
    return get_smallest_cron_interval(schedule)


def require_cron(schedule: str, setting: str) -> None:
    """Refuse what Dagster cannot read as a cron expression.

    Args:
        schedule: The cron expression.
        setting: The field of the settings that it comes from.

    Raises:
        SettingsError: It is not a cron expression; the message names the variable.
    """
    if not is_valid_cron_string(schedule):
        raise SettingsError(f"{variable(setting)} is {schedule!r}, not a cron expression such as '0 6 * * *'")
