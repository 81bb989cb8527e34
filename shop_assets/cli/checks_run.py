"""One run of the job `checks`, as `shop check` makes it, and its answers as rows."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from dagster import AssetCheckEvaluation, AssetCheckSeverity, ExecuteInProcessResult

from shop_assets.automation.jobs import checks
from shop_assets.cli.recorded_run import execute
from shop_assets.orchestration.partitions import PARTITION_TAG
from shop_assets.settings import Settings

PASSED, WARNING, FAILED = "passed", "warning", "failed"


@dataclass(frozen=True)
class CheckRow:
    """A check's answer in words."""

    asset: str
    check: str
    verdict: str
    found: str

    @classmethod
    def from_evaluation(cls, evaluation: AssetCheckEvaluation) -> Self:
        """The row of a check that could be asked."""
        failed = WARNING if evaluation.severity is AssetCheckSeverity.WARN else FAILED
        verdict = PASSED if evaluation.passed else failed
        asset = evaluation.asset_key.to_user_string()
        return cls(asset, evaluation.check_name, verdict, evaluation.description or "")


def run_checks(settings: Settings, day: date | None) -> ExecuteInProcessResult:
    """Asks every check; features and report of the day, or of the one that was materialized last."""
    tags = {} if day is None else {PARTITION_TAG: day.isoformat()}
    return execute(settings, checks.name, lambda _event: None, tags=tags)


def check_rows(result: ExecuteInProcessResult) -> list[CheckRow]:
    """The answers, by asset and in their order; a check that could not be asked has none."""
    return sorted(
        map(CheckRow.from_evaluation, result.get_asset_check_evaluations()),
        key=lambda row: (row.asset, row.verdict, row.check),
    )
