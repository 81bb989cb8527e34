"""What a schedule's cron expression, always in UTC, says of deadlines."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

# Dagster's own reading of cron expressions, by which schedules tick and freshness policies are checked.
from dagster._utils.schedules import cron_string_iterator, get_smallest_cron_interval, is_valid_cron_string

from shop_assets.settings import SettingsError

_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TICKS: Final = 400
"""More than a year of a daily schedule: a time zone's summer is among them."""


def after_midnight(schedule: str, timezone: str) -> timedelta:
    """How long after midnight a schedule ticks.

    Args:
        schedule: The cron expression.
        timezone: The time zone whose midnight is meant.

    Returns:
        The time to the first tick of a day; the shortest, where days differ.

    Raises:
        SettingsError: It is no time of cron.
    """
    _require_cron(schedule)
    ticks = islice(cron_string_iterator(_FROM.timestamp(), schedule, "UTC"), _TICKS)
    local = (tick.astimezone(ZoneInfo(timezone)) for tick in ticks)
    return min(timedelta(hours=tick.hour, minutes=tick.minute) for tick in local)


def shortest_interval(schedule: str) -> timedelta:
    """How long it takes from one tick to the next at least.

    Args:
        schedule: The cron expression.

    Returns:
        The time.

    Raises:
        SettingsError: It is no time of cron.
    """
    _require_cron(schedule)
    return get_smallest_cron_interval(schedule)


def _require_cron(schedule: str) -> None:
    if not is_valid_cron_string(schedule):
        raise SettingsError(f"{schedule!r} is no time of cron, such as '0 6 * * *'")
