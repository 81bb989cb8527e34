"""The runs of daily partitions: which days one is about to build, and which have had their automatic runs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import PARENT_RUN_ID_TAG, SCHEDULED_EXECUTION_TIME_TAG

from shop_assets.automation.unfinished_runs import UNFINISHED_STATUSES
from shop_assets.orchestration.automatic_runs import AUTOMATION, STARTED_BY
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG

MOST_AUTOMATIC_RUNS: Final = 3
"""Per day: another run will not cure what made these fail."""

MOST_READ: Final = 20
"""Runs of a day with Dagster's repetitions: at most two for each run on the full stack."""

FINISHED_STATUSES: Final = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]


def days_in_progress(instance: DagsterInstance, days: Sequence[date], tick: datetime) -> set[date]:
    """Find the days that a run which waits or is in progress will build: of a job, of the UI, or of a backfill.

    Args:
        instance: Dagster's instance, which has the runs.
        days: The days in question.
        tick: The time of the tick that asks. Its own runs do not count: when a tick is repeated after a crash, Dagster
            submits those that were created, if they are requested again.

    Returns:
        Some of the days.
    """
    tags = [
        run.tags
        for run in instance.get_runs(RunsFilter(statuses=UNFINISHED_STATUSES))
        if run.tags.get(SCHEDULED_EXECUTION_TIME_TAG) != tick.astimezone(UTC).isoformat()
    ]
    return {day for day in days if any(_builds(of_a_run, day.isoformat()) for of_a_run in tags)}


def _builds(tags: Mapping[str, str], day: str) -> bool:
    if tags.get(PARTITION_TAG) == day:
        return True
    return RANGE_START_TAG in tags and tags[RANGE_START_TAG] <= day <= tags.get(RANGE_END_TAG, "")


def finished_automatic_runs(instance: DagsterInstance, job: str, day: date) -> Sequence[DagsterRun]:
    """Read the newest runs of a day that a schedule requested and that have finished.

    Dagster's own repetitions of an interrupted run are not counted: they belong to the run that they repeat.

    Args:
        instance: Dagster's instance, which has the runs.
        job: The name of the job.
        day: The day.

    Returns:
        No more than `MOST_AUTOMATIC_RUNS`, the newest first.
    """
    tags = {PARTITION_TAG: day.isoformat(), STARTED_BY: AUTOMATION}
    wanted = RunsFilter(job_name=job, statuses=FINISHED_STATUSES, tags=tags)
    runs = instance.get_runs(wanted, limit=MOST_READ)
    return [run for run in runs if PARENT_RUN_ID_TAG not in run.tags][:MOST_AUTOMATIC_RUNS]
