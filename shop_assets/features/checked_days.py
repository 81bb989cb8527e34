"""Which days a check is about, and its findings on them as Dagster's result."""

from collections.abc import Callable
from datetime import date

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetCheckSeverity, AssetKey

from shop_assets.features.manifest import PartitionError
from shop_assets.features.partitions import day_of
from shop_assets.features.verification import Finding


def checked_days(context: AssetCheckExecutionContext, asset_name: str) -> list[date]:
    """The days of the run; of a run without any, the day that was materialized last.

    The second is what a person gets who starts a check alone from the UI: checks themselves have no partitions yet
    (Dagster 1.13 calls that a preview). Raises PartitionError when the asset was never materialized.
    """
    if context.has_partition_key or context.has_partition_key_range:
        return [day_of(key) for key in context.partition_keys]
    latest = context.instance.get_latest_materialization_event(AssetKey(asset_name))
    materialization = latest.asset_materialization if latest is not None else None
    if materialization is None or materialization.partition is None:
        raise PartitionError(f"There is nothing to check: materialize {asset_name} for a day first.")
    return [day_of(materialization.partition)]


def check_result(
    days: list[date], verify: Callable[[date], Finding], severity: AssetCheckSeverity = AssetCheckSeverity.ERROR
) -> AssetCheckResult:
    """Verifies every day; fails, with this severity, when any of them has a problem. Raises what `verify` raises."""
    findings = {day: verify(day) for day in days}
    problems = [f"{day}: {problem}" for day, finding in findings.items() for problem in finding.problems]
    said = problems or [f"{day}: {finding.summary}" for day, finding in findings.items()]
    numbers = {f"{name} {day}": count for day, finding in findings.items() for name, count in finding.numbers.items()}
    return AssetCheckResult(
        passed=not problems,
        severity=severity,
        description="; ".join(said),
        metadata={"days": ", ".join(map(str, days)), **numbers},
    )
