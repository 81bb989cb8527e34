"""Runs that wait or are in progress: what they will do need not be requested once more."""

from collections.abc import Mapping
from typing import Final

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

STATUSES_WITH_PROCESS: Final = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
"""Not of queued runs: the daemon starts their process later."""

UNFINISHED_STATUSES: Final = [DagsterRunStatus.QUEUED, *STATUSES_WITH_PROCESS]


def unfinished_run(instance: DagsterInstance, job: str, tags: Mapping[str, str] | None = None) -> str | None:
    """The id of a run of a job, with these tags, that is not finished; None if there is none."""
    wanted = RunsFilter(job_name=job, statuses=UNFINISHED_STATUSES, tags=tags or {})
    return next((run.run_id for run in instance.get_runs(wanted, limit=1)), None)
