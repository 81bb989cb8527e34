"""The daily partitions that features and report share: a day is midnight to midnight in the business time zone."""

from datetime import date

from dagster import DailyPartitionsDefinition

from shop_assets.settings import Settings


def daily_partitions(settings: Settings) -> DailyPartitionsDefinition:
    """One partition a day from `SHOP_FIRST_DAY` on, in `SHOP_TIMEZONE`; the newest is yesterday."""
    return DailyPartitionsDefinition(start_date=settings.first_day.isoformat(), timezone=settings.timezone)


def day_of(partition_key: str) -> date:
    """The day that a partition key names, as `2026-11-23`."""
    return date.fromisoformat(partition_key)
