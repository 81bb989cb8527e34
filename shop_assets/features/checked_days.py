"""Which days a check is about, and its findings on them as Dagster's result."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetCheckSeverity, AssetKey

from shop_assets.features.manifest import PartitionError
from shop_assets.features.verification import VerificationResult
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG, day_of


def checked_days(context: AssetCheckExecutionContext, asset: AssetKey) -> list[date]:
    """The days of the run, by its tags; of a run without any, the day that was materialized last.

    Checks themselves have no partitions yet (Dagster 1.13 calls that a preview): a run of checks alone knows its days
    by its tags, and has none when a person started it from the UI. Raises PartitionError when the asset was never
    materialized in this Dagster instance.
    """
    tags = context.run.tags
    if PARTITION_TAG in tags:
        return [day_of(tags[PARTITION_TAG])]
    if RANGE_START_TAG in tags:
        first, last = day_of(tags[RANGE_START_TAG]), day_of(tags[RANGE_END_TAG])
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]
    latest = context.instance.get_latest_materialization_event(asset)
    materialization = latest.asset_materialization if latest is not None else None
    if materialization is None or materialization.partition is None:
        raise PartitionError(
            "No day is known here: name one (shop check --day), or materialize "
            f"{asset.to_user_string()} for a day first."
        )
    return [day_of(materialization.partition)]


SHOWN: Final = 3
"""Days or problems that a check's one line tells; a backfill has as many as its range."""


def check_result(
    days: list[date],
    verify: Callable[[date], VerificationResult],
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
) -> AssetCheckResult:
    """Verifies every day; fails, with this severity, when any of them has a problem. Raises what `verify` raises."""
    findings = {day: verify(day) for day in days}
    problems = [f"{day}: {problem}" for day, finding in findings.items() for problem in finding.problems]
    description = _shown(problems) or _shown(
        [f"{day}: {finding.summary}" for day, finding in reversed(findings.items())]
    )
    numbers = {f"{name} {day}": count for day, finding in findings.items() for name, count in finding.numbers.items()}
    return AssetCheckResult(
        passed=not problems,
        severity=severity,
        description=description,
        metadata={"days": ", ".join(map(str, days)), **numbers},
    )


def _shown(sentences: list[str]) -> str:
    more = [f"and {len(sentences) - SHOWN} more"] if len(sentences) > SHOWN else []
    return "; ".join([*sentences[:SHOWN], *more])
