"""The daily partitions that features and report share: a day is midnight to midnight in the business time zone."""

from datetime import date
from typing import Final

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
