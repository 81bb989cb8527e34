"""The outcome of a run, for people (`summary.py`) and as JSON."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Self

from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    DagsterEvent,
    ExecuteInProcessResult,
    MetadataValue,
)

from shop_assets.orchestration.asset_metadata import BYTES, IN_MINUS_OUT, REJECTED, ROWS_IN, ROWS_OUT, SECONDS

PASSED: Final = "passed"
WARNING: Final = "warning"
FAILED: Final = "failed"


@dataclass(frozen=True)
class AssetRow:
    """Counts of an asset: rows read, written and rejected, seconds, bytes, and a text about the rows that are not
    written.
    """

    asset: str
    day: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float
    rest: str
    bytes: int = 0

    def is_of(self, day: date | None) -> bool:
        """Whether the row belongs in the output for a day: it is of that day, or of an asset without days."""
        return day is None or self.day in {"", day.isoformat()}

    @classmethod
    def from_event(cls, event: DagsterEvent) -> Self:
        """Read a materialization event, from the metadata that every asset has."""
        materialization = event.step_materialization_data.materialization
        metadata = materialization.metadata
        rows_in, rows_out, rejected = (int(_number(metadata.get(name))) for name in (ROWS_IN, ROWS_OUT, REJECTED))
        rest = metadata.get(IN_MINUS_OUT)
        return cls(
            asset=materialization.asset_key.to_user_string(),
            day=materialization.partition or "",
            rows_in=rows_in,
            rows_out=rows_out,
            rejected=rejected,
            seconds=_number(metadata.get(SECONDS)),
            rest=str(rest.value) if rest is not None and rows_in != rows_out + rejected else "",
            bytes=int(_number(metadata.get(BYTES))),
        )


@dataclass(frozen=True)
class CheckRow:
    """The result of a check: `passed`, `warning` or `failed`, and its description."""

    asset: str
    check: str
    verdict: str
    found: str
    blocking: bool = False

    @classmethod
    def from_evaluation(cls, evaluation: AssetCheckEvaluation) -> Self:
        """The row of a check that could run."""
        failed = WARNING if evaluation.severity is AssetCheckSeverity.WARN else FAILED
        return cls(
            evaluation.asset_key.to_user_string(),
            evaluation.check_name,
            PASSED if evaluation.passed else failed,
            evaluation.description or "",
            bool(evaluation.blocking),
        )


@dataclass(frozen=True)
class Failure:
    """One error, and the steps that failed with it."""

    steps: Sequence[str]
    error: str


@dataclass(frozen=True)
class Outcome:
    """What came of a run: its assets, checks and failures in order, and the steps that could not run after these."""

    run_id: str
    success: bool
    assets: Sequence[AssetRow]
    checks: Sequence[CheckRow]
    failures: Sequence[Failure]
    not_run: Sequence[str]

    @classmethod
    def of(cls, result: ExecuteInProcessResult, not_run: Iterable[str] = (), day: date | None = None) -> Self:
        """Read a result.

        Args:
            result: Of the run.
            not_run: The steps that depend on a failed one.
            day: The only day that counts; None for all that the run built.

        Returns:
            The outcome; a check that could not run is a failure.
        """
        checks = map(CheckRow.from_evaluation, result.get_asset_check_evaluations())
        return cls(
            result.run_id,
            result.success,
            [row for row in map(AssetRow.from_event, result.get_asset_materialization_events()) if row.is_of(day)],
            sorted(checks, key=lambda row: (row.asset, row.verdict, row.check)),
            _failures(result),
            sorted(not_run),
        )

    def count(self, verdict: str) -> int:
        """How many checks have this verdict."""
        return sum(row.verdict == verdict for row in self.checks)

    def as_json(self, more: Mapping[str, Any]) -> str:
        """The outcome for programs, with what a command adds."""
        return json.dumps({**asdict(self), **more}, ensure_ascii=False, indent=2, default=str)


def _failures(result: ExecuteInProcessResult) -> list[Failure]:
    """One failure per message: when a service is down, many steps fail with the same one."""
    steps: dict[str, list[str]] = {}
    for event in result.get_step_failure_events():
        steps.setdefault(_cause(event), []).append(str(event.step_key))
    return [Failure(names, error) for error, names in steps.items()]


def _cause(event: DagsterEvent) -> str:
    """The stage's message: Dagster's own error is around it, and a driver's may be its cause."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    if error is None:
        return "no error was recorded"
    return re.sub(rf"^[\w.]*{error.cls_name}: ", "", error.message.strip())


def _number(value: MetadataValue[Any] | None) -> float:
    return float(value.value) if value is not None and isinstance(value.value, int | float) else 0.0
