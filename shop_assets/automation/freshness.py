"""Freshness policies: the deadlines that the schedules meet, and that the UI compares the assets with.

A stack whose schedules are off promises nothing, and shows nothing as overdue.
"""

from datetime import timedelta
from typing import Final

from dagster import AssetsDefinition, AssetSpec, FreshnessPolicy

from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CLICKHOUSE_MART,
    CUSTOMER_FEATURES_PARQUET,
    REPORT_CSV,
)
from shop_assets.settings import Settings

MART_POLICY: Final = FreshnessPolicy.cron("0 8 * * *", lower_bound_delta=timedelta(hours=2))
"""Materialized between 06:00 and 08:00 UTC, by the morning's ingest; two hours remain before the report."""

REPORT_POLICY: Final = FreshnessPolicy.cron("0 11 * * *", lower_bound_delta=timedelta(hours=11))
"""Materialized between 00:00 and 11:00 UTC: a day that was published manually before 10:00 is not published again."""

POLICIES: Final = {
    CLICKHOUSE_MART: MART_POLICY,
    CUSTOMER_FEATURES_PARQUET: REPORT_POLICY,
    CLICKHOUSE_CUSTOMER_FEATURES: REPORT_POLICY,
    REPORT_CSV: REPORT_POLICY,
}


def with_freshness(assets: list[AssetsDefinition], settings: Settings) -> list[AssetsDefinition]:
    """Add the deadlines to the assets of `POLICIES`, where the schedules are on.

    Args:
        assets: All assets.
        settings: Whether the schedules are on.

    Returns:
        All assets, some of them with a policy.
    """
    if not settings.automation:
        return assets
    return [asset.map_asset_specs(_with_policy) for asset in assets]


def _with_policy(spec: AssetSpec) -> AssetSpec:
    policy = POLICIES.get(spec.key)
    return spec if policy is None else spec.replace_attributes(freshness_policy=policy)
