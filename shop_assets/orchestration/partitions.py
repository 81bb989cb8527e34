"""The daily partitions that features and report share: a day is midnight to midnight in the business time zone."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dagster import DailyPartitionsDefinition

from shop_assets.settings import Settings

# The tags by which Dagster knows the day, or the first and the last day, that a run is about.
PARTITION_TAG: Final = "dagster/partition"
RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
RANGE_END_TAG: Final = "dagster/asset_partition_range_end"


def daily_partitions(settings: Settings) -> DailyPartitionsDefinition:
    """One partition a day from `SHOP_FIRST_DAY` on, in `SHOP_TIMEZONE`; the newest is yesterday."""
    return DailyPartitionsDefinition(start_date=settings.first_day.isoformat(), timezone=settings.timezone)


def day_of(partition_key: str) -> date:
    """The day that a partition key names, as `2026-11-23`."""
    return date.fromisoformat(partition_key)


def yesterday(now: datetime, time_zone: ZoneInfo) -> date:
    """The last complete day of a time zone.

    Args:
        now: The moment from which it is seen, with its own offset from UTC.
        time_zone: The business time zone.

    Returns:
        The day before the one that `now` is in there.
    """
    return now.astimezone(time_zone).date() - timedelta(days=1)
