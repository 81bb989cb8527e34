"""The daily partitions that features and report share: a day is midnight to midnight in the business time zone."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dagster import DailyPartitionsDefinition

from shop_assets.settings import Settings

# Dagster's own tags for the day of a run, or its first and last day.
PARTITION_TAG: Final = "dagster/partition"
RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
RANGE_END_TAG: Final = "dagster/asset_partition_range_end"


def daily_partitions(settings: Settings) -> DailyPartitionsDefinition:
    """Define the daily partitions.

    Args:
        settings: `SHOP_FIRST_DAY` is the first day, `SHOP_TIMEZONE` decides when a day begins and ends.

    Returns:
        One partition per day; the newest is yesterday.
    """
    return DailyPartitionsDefinition(start_date=settings.first_day.isoformat(), timezone=settings.timezone)


def day_of(partition_key: str) -> date:
    """Parse a partition key.

    Args:
        partition_key: For example `2026-11-23`.

    Returns:
        The day.
    """
    return date.fromisoformat(partition_key)


def days_before(partitions: DailyPartitionsDefinition, day: date, count: int) -> list[date]:
    """The days before a day that have a partition.

    Args:
        partitions: Which days there are.
        day: The day, which is none of them.
        count: How many days at most.

    Returns:
        The days, the newest first.
    """
    days = (day - timedelta(days=number) for number in range(1, count + 1))
    return [earlier for earlier in days if earlier >= partitions.start.date()]


def yesterday(now: datetime, time_zone: ZoneInfo) -> date:
    """The last complete day of a time zone.

    Args:
        now: The current moment, with its offset from UTC.
        time_zone: The business time zone.

    Returns:
        The day before the one that `now` is in there.
    """
    return now.astimezone(time_zone).date() - timedelta(days=1)
