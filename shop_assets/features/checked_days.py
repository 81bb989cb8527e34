"""The days that a check verifies, and their results as one Dagster result."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetCheckSeverity, AssetKey

from shop_assets.features.errors import PublicationError
from shop_assets.features.verification import VerificationResult
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG, day_of

SHOWN: Final = 3
"""How many days or problems the one line of a check shows; a backfill has as many as its range."""


def checked_days(context: AssetCheckExecutionContext, asset: AssetKey) -> list[date]:
    """The days of a run by its tags; without tags, the day that was materialized last.

    Partitioned checks are only a preview in Dagster 1.13, so these have none: a run of checks alone has its days in its
    tags, and no days when it was started in the UI.

    Args:
        context: The context of the check.
        asset: The asset that is checked.

    Returns:
        The days, in order.

    Raises:
        PublicationError: There are no tags, and this Dagster instance never materialized the asset.
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
        raise PublicationError(
            f"No day to check: pass --day to shop check, or materialize {asset.to_user_string()} for a day first."
        )
    return [day_of(materialization.partition)]


def check_result(
    days: list[date],
    verify: Callable[[date], VerificationResult],
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
) -> AssetCheckResult:
    """Verify days, and combine the results.

    Args:
        days: The days.
        verify: Verifies one day; what it raises ends the check as an error.
        severity: The severity of a failure.

    Returns:
        A failed result when any day has a problem.
    """
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
