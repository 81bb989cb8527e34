"""Freshness policies: the deadlines that the schedules meet, and that the UI compares the assets with.

A stack whose schedules are off promises nothing, and shows nothing as overdue.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from dagster import AssetKey, AssetsDefinition, AssetSpec, FreshnessPolicy

from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CLICKHOUSE_MART,
    CUSTOMER_FEATURES_PARQUET,
    REPORT_CSV,
)
from shop_assets.orchestration.schedule_times import after_midnight, shortest_interval
from shop_assets.settings import Settings

MART_HOURS: Final = 2
"""How long after its schedule's time the MART may come. By default two hours remain before the report."""

REPORT_HOURS: Final = 1
"""How long after its schedule's time the report may come."""


def with_freshness(assets: list[AssetsDefinition], settings: Settings) -> list[AssetsDefinition]:
    """Add the deadlines to the assets that the schedules materialize, where the schedules are on.

    Args:
        assets: All assets.
        settings: Whether the schedules are on, and when they run.

    Returns:
        All assets, some of them with a policy.

    Raises:
        SettingsError: A schedule is not a cron expression.
    """
    if not settings.automation:
        return assets
    deadlines = policies(settings)

    def with_policy(spec: AssetSpec) -> AssetSpec:
        policy = deadlines.get(spec.key)
        return spec if policy is None else spec.replace_attributes(freshness_policy=policy)

    return [asset.map_asset_specs(with_policy) for asset in assets]


def policies(settings: Settings) -> Mapping[AssetKey, FreshnessPolicy]:
    """The deadlines by asset.

    Args:
        settings: When the schedules run, and the business time zone.

    Returns:
        The policies. By default the MART is due by 08:00 UTC, and the report by 11:00.

    Raises:
        SettingsError: A schedule is not a cron expression.
    """
    # A day that was published manually before the schedule's time is not published again: from midnight on it counts.
    since_midnight = after_midnight(settings) + timedelta(hours=REPORT_HOURS)
    report = _policy(settings, "report_schedule", REPORT_HOURS, since_midnight)
    return {
        CLICKHOUSE_MART: _policy(settings, "ingest_schedule", MART_HOURS, timedelta(hours=MART_HOURS)),
        CUSTOMER_FEATURES_PARQUET: report,
        CLICKHOUSE_CUSTOMER_FEATURES: report,
        REPORT_CSV: report,
    }


def _policy(settings: Settings, setting: str, hours: int, window: timedelta) -> FreshnessPolicy:
    """A deadline `hours` after each tick of the schedule.

    Dagster takes a cron expression and a zone: in a zone that is `hours` behind UTC, the clock shows the schedule's
    time at the deadline, so that the expression itself need not be changed.
    """
    # Etc/GMT+2 is two hours behind UTC. Dagster refuses a window longer than the time between two deadlines.
    schedule: str = getattr(settings, setting)
    interval = shortest_interval(schedule, setting)
    return FreshnessPolicy.cron(schedule, min(window, interval), timezone=f"Etc/GMT+{hours}")
