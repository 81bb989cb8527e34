"""Runs started from the command line: jobs in this process, recorded where the Dagster UI finds them later."""

import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    EventLogEntry,
    ExecuteInProcessResult,
)

from shop_assets.automation.abandoned_runs import process_tags
from shop_assets.automation.heartbeats import heartbeats
from shop_assets.automation.housekeeping import run_housekeeping
from shop_assets.automation.jobs import checks, daily_report, everything
from shop_assets.build import build_definitions
from shop_assets.cli.running.recorded_paths import recorded_path
from shop_assets.cli.running.step_output import captured_output
from shop_assets.cli.terminal import interruption
from shop_assets.errors import ShopError
from shop_assets.features.metadata import COMPUTED
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CLICKHOUSE_RAW,
    CUSTOMER_FEATURES_PARQUET,
    KAFKA_TOPICS_LOADED,
    RAW_JSON,
    REPORT_CSV,
)
from shop_assets.orchestration.dagster_home import create_dagster_home, require_usable
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG
from shop_assets.settings import Settings

OnEvent = Callable[[EventLogEntry], None]

REPEAT_TAG: Final = "shop/repeat_with"
"""The command that runs the same again: Dagster's UI cannot start a run of another process once more."""

CREATION_SECONDS: Final = 0.5
"""How long Dagster takes at most from the start of a job to the record of its run."""


@dataclass(frozen=True)
class DayRow:
    """A day of a backfill: its customers, when its features were computed, and the file name of its report."""

    day: str
    customers: int
    computed: str
    report: str


def ensure_dagster_home(settings: Settings) -> Path:
    """The folder where runs are recorded: DAGSTER_HOME, else `dagster` in SHOP_HOME, created if it is missing.

    The embedded stack creates it too; with your own services only this does. Raises ShopError when it cannot be
    created, InputError when DAGSTER_HOME cannot be used.
    """
    if given := os.environ.get("DAGSTER_HOME"):
        return require_usable(given)
    folder = settings.home.expanduser().resolve() / "dagster"
    try:
        create_dagster_home(folder)
    except OSError as error:
        raise ShopError(
            f"Cannot write to {folder} ({error.strerror}): "
            "set SHOP_HOME or DAGSTER_HOME to a folder that you can write to."
        ) from error
    return folder


def dagster_instance(settings: Settings) -> DagsterInstance:
    """Dagster's records in `ensure_dagster_home`, which DAGSTER_HOME names from now on, for child processes as well.

    Args:
        settings: The settings.

    Returns:
        The instance.

    Raises:
        ShopError: The folder cannot be created or used.
    """
    os.environ["DAGSTER_HOME"] = str(ensure_dagster_home(settings))
    return DagsterInstance.get()


def execute(
    settings: Settings,
    job: str,
    on_event: OnEvent,
    *,
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    ops: Mapping[str, Any] | None = None,
    verbose: bool = False,
) -> ExecuteInProcessResult:
    """Run a job of the project in this process.

    `tags` name the days, `ops` hold configuration by asset, and `on_event` receives every event as it happens.
    `verbose` prints what Dagster logs, and what steps and their Java print. A failed step causes an unsuccessful
    result, not an exception.
    """
    interruption.doing("the start of the run")
    instance = dagster_instance(settings)
    run_housekeeping(instance, settings)
    run_id = run_id or str(uuid.uuid4())
    instance.add_event_listener(run_id, lambda event, _cursor=None: _receive(event, on_event))
    job_definition = build_definitions(settings).resolve_job_def(job)
    # Events are in Dagster's storage; on the console they would bury the lines of the summary.
    console = {"console": {"config": {"log_level": "INFO" if verbose else "CRITICAL"}}}
    with (
        interruption.when_interrupted(lambda: _record_cancellation(instance, run_id)),
        captured_output(shown=verbose),
        heartbeats(instance, run_id, _end_without_run),
    ):
        return job_definition.execute_in_process(
            instance=instance,
            run_config={"ops": dict(ops or {}), "loggers": console},
            tags={**(tags or {}), **process_tags()},
            raise_on_error=False,
            run_id=run_id,
        )


def _receive(entry: EventLogEntry, on_event: OnEvent) -> None:
    interruption.hold()
    event = entry.dagster_event
    if event is not None and event.event_type is DagsterEventType.STEP_START:
        interruption.doing(str(event.step_key))
    on_event(entry)


def _end_without_run(status: DagsterRunStatus | None) -> None:
    if status is None:
        what = "somebody deleted this run"
    else:
        marked = "canceled" if status is DagsterRunStatus.CANCELED else "failed"
        what = f"somebody else, such as another machine, marked this run as {marked}"
    interruption.end(f"In {interruption.current()}: {what}; nothing is lost, the same command goes on.")


def _record_cancellation(instance: DagsterInstance, run_id: str) -> None:
    """Record the run as canceled, unless it has ended; waits for it if the command is just creating it."""
    deadline = time.monotonic() + CREATION_SECONDS
    while (run := instance.get_run_by_id(run_id)) is None:
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)
    if not run.is_finished:
        instance.report_run_canceled(run, "The command was interrupted (Ctrl-C or SIGTERM).")


def materialize_everything(
    settings: Settings,
    day: date,
    landing: Mapping[str, Any],
    run_id: str,
    on_event: OnEvent,
    *,
    replay: bool = False,
    accept_gap: bool = False,
    earlier_days: int = 0,
    verbose: bool = False,
) -> ExecuteInProcessResult:
    """Run all assets for one day, as `shop run` does; `landing` configures the four raw_*_json assets.

    `replay` sends every document to Kafka again; `accept_gap` continues past messages that Kafka no longer has;
    `earlier_days` get their features as well, as far as that is quick. A failed step causes an unsuccessful result, not
    an exception.
    """
    configuration = dict(landing)
    if source := configuration.get("source_folder"):
        configuration["source_folder"] = str(recorded_path(Path(source), settings.home))
    if mapping := configuration.get("mapping"):
        configuration["mapping"] = str(recorded_path(Path(mapping), settings.home))
    stages = dict.fromkeys(RAW_JSON.values(), configuration)
    stages[KAFKA_TOPICS_LOADED] = {"mode": "replay" if replay else "incremental"}
    stages[CLICKHOUSE_RAW] = {"accept_missing_offsets": accept_gap}
    stages |= {key: {"earlier_days": earlier_days} for key in (CUSTOMER_FEATURES_PARQUET, CLICKHOUSE_CUSTOMER_FEATURES)}
    return execute(
        settings,
        everything.name,
        on_event,
        run_id=run_id,
        tags={PARTITION_TAG: day.isoformat(), REPEAT_TAG: f"shop run --day {day}"},
        ops={stage.to_user_string(): {"config": config} for stage, config in stages.items()},
        verbose=verbose,
    )


def materialize_days(
    settings: Settings, first: date, last: date, on_event: OnEvent, *, recompute: bool = False, verbose: bool = False
) -> ExecuteInProcessResult:
    """Build features and reports from `first` to `last`, as `shop backfill` does, in one Spark session.

    Days whose inputs have not changed are kept unless `recompute` is set. A failed step causes an unsuccessful result,
    not an exception.
    """
    return execute(
        settings,
        daily_report.name,
        on_event,
        tags={
            RANGE_START_TAG: first.isoformat(),
            RANGE_END_TAG: last.isoformat(),
            REPEAT_TAG: f"shop backfill --from {first} --to {last}",
        },
        ops={CUSTOMER_FEATURES_PARQUET.to_user_string(): {"config": {"recompute": recompute}}},
        verbose=verbose,
    )


def has_features(settings: Settings) -> bool:
    """Whether the features of any day have been published by a run of this Dagster home."""
    with dagster_instance(settings) as instance:
        return bool(instance.fetch_materializations(CUSTOMER_FEATURES_PARQUET, limit=1).records)


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


def run_checks(
    settings: Settings, day: date | None, on_event: OnEvent, *, verbose: bool = False
) -> ExecuteInProcessResult:
    """Run every check, as `shop check` does: of features and report for the day, or the one materialized last."""
    tags = {} if day is None else {PARTITION_TAG: day.isoformat()}
    return execute(settings, checks.name, on_event, tags=tags, verbose=verbose)
