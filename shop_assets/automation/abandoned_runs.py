"""Runs whose process no longer exists: they are marked as failed, so that they are reported and block no other run.

Dagster notices this only while the code server that started the run is alive; otherwise the run counts as active until
it is older than `max_runtime_seconds`, and keeps its slots in the pools. A run of the `shop` command has its process in
a tag; for a run that the daemon launched see `launched_runs.py`. The next run or sensor tick on that machine checks
them. Of processes that this machine does not know, the sensor counts the missing heartbeats (`heartbeats.py`).
"""

import socket
from dataclasses import asdict
from typing import Final

import orjson
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from shop_assets.automation.heartbeats import Silences, heartbeat
from shop_assets.automation.launched_runs import GRPC_INFO_TAG, is_lost
from shop_assets.coordination.processes import (
    ProcessIdentity,
    current_process,
    has_exited,
    has_exited_on_this_host,
    is_known_here,
)

PROCESS_TAG: Final = ".dagster/shop_process"
HOST_TAG: Final = ".dagster/shop_host"
"""With Dagster's prefix of hidden tags: in the list of runs they would push out what people look for."""

_FORMER_TAGS: Final = {PROCESS_TAG: "shop/process", HOST_TAG: "shop/host"}
"""Of runs that an earlier release started."""

NO_SILENCES: Final = Silences()
STATUSES_WITH_PROCESS: Final = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
"""Not of queued runs: the daemon starts their process later."""


def process_tags() -> dict[str, str]:
    """The tags of a run in this process.

    Returns:
        The process, the host and the first heartbeat, by the names of the tags.
    """
    process = orjson.dumps(asdict(current_process())).decode()
    return {PROCESS_TAG: process, HOST_TAG: socket.gethostname(), **heartbeat()}


def fail_abandoned_runs(instance: DagsterInstance, silences: Silences = NO_SILENCES) -> list[str]:
    """Mark as failed the runs whose process no longer exists.

    Frees the slots in pools of these runs, and of every other run that has ended.

    Args:
        instance: Dagster's instance.
        silences: For how long runs recorded no heartbeat, which decides where a process is unknown.

    Returns:
        The ids of the runs.
    """
    gone = [
        run.run_id
        for run in instance.get_runs(RunsFilter(statuses=STATUSES_WITH_PROCESS))
        if _is_abandoned(instance, run, silences)
    ]
    # A run that has just ended has no process either.
    abandoned = [run for run in map(instance.get_run_by_id, gone) if run is not None and not run.is_finished]
    for run in abandoned:
        instance.report_run_failed(
            run, "The run's process no longer exists: it was killed or crashed, or the machine restarted."
        )
    _free_slots_of_ended_runs(instance)
    return [run.run_id for run in abandoned]


def _is_abandoned(instance: DagsterInstance, run: DagsterRun, silences: Silences) -> bool:
    if (tag := _tag(run, PROCESS_TAG)) is not None:
        process = ProcessIdentity(**orjson.loads(tag))
        is_of_this_host = _tag(run, HOST_TAG) == socket.gethostname()
        if has_exited_on_this_host(process) if is_of_this_host else has_exited(process):
            return True
        return silences.is_silent(run) and not is_known_here(process)
    # Dagster's own monitoring handles runs that do not start, and runs that do not end when they are canceled.
    return GRPC_INFO_TAG in run.tags and run.status is DagsterRunStatus.STARTED and is_lost(instance, run)


def _tag(run: DagsterRun, name: str) -> str | None:
    return run.tags.get(name, run.tags.get(_FORMER_TAGS[name]))


def _free_slots_of_ended_runs(instance: DagsterInstance) -> None:
    """Free slots that ended runs still hold.

    If pools count steps (Dagster's default; our `dagster.yaml` counts runs), a killed run keeps its slots, and the next
    run would wait for them forever.
    """
    storage = instance.event_log_storage
    holders = list(storage.get_concurrency_run_ids())
    if not holders:  # an empty filter would select all runs
        return
    for run in instance.get_runs(RunsFilter(run_ids=holders)):
        if run.is_finished:
            storage.free_concurrency_slots_for_run(run.run_id)
