"""Runs started from the command line: jobs in this process, recorded where the Dagster UI finds them later."""

import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    AssetKey,
    DagsterInstance,
    EventLogEntry,
    ExecuteInProcessResult,
)

from shop_assets.automation.abandoned_runs import process_tags
from shop_assets.automation.housekeeping import run_housekeeping
from shop_assets.automation.jobs import checks, daily_report, everything
from shop_assets.build import build_definitions
from shop_assets.cli.recorded_paths import recorded_path
from shop_assets.errors import ShopError
from shop_assets.features.matrix_metadata import COMPUTED
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_RAW,
    CUSTOMER_FEATURES_PARQUET,
    KAFKA_TOPICS_LOADED,
    RAW_JSON,
    REPORT_CSV,
)
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG
from shop_assets.settings import Settings

OnEvent = Callable[[EventLogEntry], None]

PASSED: Final = "passed"
WARNING: Final = "warning"
FAILED: Final = "failed"


@dataclass(frozen=True)
class DayRow:
    """A day of a backfill: its customers, when its features were computed, and the file name of its report."""

    day: str
    customers: int
    computed: str
    report: str


@dataclass(frozen=True)
class CheckRow:
    """The result of a check: `passed`, `warning` or `failed`, and its description."""

    asset: str
    check: str
    verdict: str
    found: str

    @classmethod
    def from_evaluation(cls, evaluation: AssetCheckEvaluation) -> Self:
        """The row of a check that could run."""
        failed = WARNING if evaluation.severity is AssetCheckSeverity.WARN else FAILED
        verdict = PASSED if evaluation.passed else failed
        asset = evaluation.asset_key.to_user_string()
        return cls(asset, evaluation.check_name, verdict, evaluation.description or "")


def ensure_dagster_home(settings: Settings) -> Path:
    """The folder where runs are recorded: DAGSTER_HOME, else `dagster` in SHOP_HOME, created if it is missing.

    The embedded stack creates it too; with your own services only this does. Raises ShopError when it cannot be
    created.
    """
    if given := os.environ.get("DAGSTER_HOME"):
        return Path(given)
    folder = settings.home.expanduser().resolve() / "dagster"
    try:
        create_dagster_home(folder)
    except OSError as error:
        raise ShopError(
            f"Cannot write to {folder} ({error.strerror}): "
            "set SHOP_HOME or DAGSTER_HOME to a folder that you can write to."
        ) from error
    return folder


def execute(
    settings: Settings,
    job: str,
    on_event: OnEvent,
    *,
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    ops: Mapping[str, Any] | None = None,
) -> ExecuteInProcessResult:
    """Run a job of the project in this process.

    `tags` name the days, `ops` hold configuration by asset, and `on_event` receives every event as it happens. A failed
    step causes an unsuccessful result, not an exception.
    """
    os.environ["DAGSTER_HOME"] = str(ensure_dagster_home(settings))
    instance = DagsterInstance.get()
    run_housekeeping(instance, settings)
    run_id = run_id or str(uuid.uuid4())
    instance.add_event_listener(run_id, lambda event, _cursor=None: on_event(event))
    return (
        build_definitions(settings)
        .resolve_job_def(job)
        .execute_in_process(
            instance=instance,
            # Events are in Dagster's storage; on the console they would bury the lines of the summary.
            run_config={"ops": dict(ops or {}), "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={**(tags or {}), **process_tags()},
            raise_on_error=False,
            run_id=run_id,
        )
    )


def materialize_everything(
    settings: Settings,
    day: date,
    landing: Mapping[str, Any],
    run_id: str,
    on_event: OnEvent,
    *,
    replay: bool = False,
    accept_gap: bool = False,
) -> ExecuteInProcessResult:
    """Run all assets for one day, as `shop run` does; `landing` configures the four raw_*_json assets.

    `replay` sends every document to Kafka again; `accept_gap` continues past messages that Kafka no longer has. A
    failed step causes an unsuccessful result, not an exception.
    """
    configuration = dict(landing)
    if source := configuration.get("source_folder"):
        configuration["source_folder"] = str(recorded_path(Path(source), settings.home))
    if mapping := configuration.get("mapping"):
        configuration["mapping"] = str(recorded_path(Path(mapping), settings.home))
    stages = dict.fromkeys(RAW_JSON.values(), configuration)
    stages[KAFKA_TOPICS_LOADED] = {"mode": "replay" if replay else "incremental"}
    stages[CLICKHOUSE_RAW] = {"accept_missing_offsets": accept_gap}
    return execute(
        settings,
        everything.name,
        on_event,
        run_id=run_id,
        tags={PARTITION_TAG: day.isoformat()},
        ops={stage.to_user_string(): {"config": config} for stage, config in stages.items()},
    )


def materialize_days(
    settings: Settings, first: date, last: date, on_event: OnEvent, *, recompute: bool = False
) -> ExecuteInProcessResult:
    """Build features and reports from `first` to `last`, as `shop backfill` does, in one Spark session.

    Days whose inputs have not changed are kept unless `recompute` is set. A failed step causes an unsuccessful result,
    not an exception.
    """
    return execute(
        settings,
        daily_report.name,
        on_event,
        tags={RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()},
        ops={CUSTOMER_FEATURES_PARQUET.to_user_string(): {"config": {"recompute": recompute}}},
    )


def day_rows(result: ExecuteInProcessResult) -> list[DayRow]:
    """The days that have their report, in order."""
    found: dict[tuple[AssetKey, str], dict[str, object]] = {
        (event.asset_key, event.partition): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None and event.partition is not None
    }
    return [
        DayRow(
            day,
            int(str(metadata["rows_out"])),
            str(found[CUSTOMER_FEATURES_PARQUET, day][COMPUTED]),
            str(metadata["path"]).rpartition("/")[2],
        )
        for (asset, day), metadata in sorted(found.items())
        if asset == REPORT_CSV
    ]


def run_checks(settings: Settings, day: date | None) -> ExecuteInProcessResult:
    """Run every check, as `shop check` does: of features and report for the day, or the one materialized last."""
    tags = {} if day is None else {PARTITION_TAG: day.isoformat()}
    return execute(settings, checks.name, lambda _event: None, tags=tags)


def check_rows(result: ExecuteInProcessResult) -> list[CheckRow]:
    """The results by asset, in order; a check that could not run has none."""
    return sorted(
        map(CheckRow.from_evaluation, result.get_asset_check_evaluations()),
        key=lambda row: (row.asset, row.verdict, row.check),
    )
