"""Runs whose process no longer exists or is silent: marked as failed, they are reported and block no other run.

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

from shop_assets.automation.heartbeats import LONGEST_SILENCE, Silences, heartbeat
from shop_assets.automation.launched_runs import GRPC_INFO_TAG, is_lost
from shop_assets.automation.unfinished_runs import STATUSES_WITH_PROCESS
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
"""Names of the same tags in runs that an earlier release started."""

NO_SILENCES: Final = Silences()
PROCESS_GONE: Final = "The run's process no longer exists: it was killed or crashed, or the machine restarted."
SILENT: Final = (
    f"The run has recorded no heartbeat for {LONGEST_SILENCE} minutes: its process, on another machine or in another "
    "container, was killed, or sleeps and will end when it wakes."
)


def process_tags() -> dict[str, str]:
    """The tags of a run in this process.

    Returns:
        The process, the host and the first heartbeat, by the names of the tags.
    """
    process = orjson.dumps(asdict(current_process())).decode()
    return {PROCESS_TAG: process, HOST_TAG: socket.gethostname(), **heartbeat()}


def fail_abandoned_runs(instance: DagsterInstance, silences: Silences = NO_SILENCES) -> list[str]:
    """Mark as failed the runs whose process no longer exists, or is unknown and silent.

    Frees the slots in pools of these runs, and of every other run that has ended.

    Args:
        instance: Dagster's instance.
        silences: For how long runs recorded no heartbeat, which decides where a process is unknown.

    Returns:
        The ids of the runs.
    """
    reasons = {
        run.run_id: reason
        for run in instance.get_runs(RunsFilter(statuses=STATUSES_WITH_PROCESS))
        if (reason := _reason(instance, run, silences)) is not None
    }
    abandoned = [run_id for run_id, reason in reasons.items() if _fail(instance, run_id, reason, silences)]
    _free_slots_of_ended_runs(instance)
    return abandoned


def _fail(instance: DagsterInstance, run_id: str, reason: str, silences: Silences) -> bool:
    """Mark a run as failed. Returns False for one that is no longer to be failed."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:  # a run that has just ended has no process either
        return False
    if reason == SILENT and not silences.is_silent(run):  # it has recorded a heartbeat since
        return False
    instance.report_run_failed(run, reason)
    return True


def _reason(instance: DagsterInstance, run: DagsterRun, silences: Silences) -> str | None:
    """Why a run is to be failed; None for one that goes on, or of which nothing is known here."""
    if (tag := _tag(run, PROCESS_TAG)) is not None:
        process = ProcessIdentity(**orjson.loads(tag))
        is_of_this_host = _tag(run, HOST_TAG) == socket.gethostname()
        if has_exited_on_this_host(process) if is_of_this_host else has_exited(process):
            return PROCESS_GONE
        return SILENT if silences.is_silent(run) and not is_known_here(process) else None
    # Dagster's own monitoring handles runs that do not start, and runs that do not end when they are canceled.
    is_launched = GRPC_INFO_TAG in run.tags and run.status is DagsterRunStatus.STARTED
    return PROCESS_GONE if is_launched and is_lost(instance, run) else None


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
