"""Runs whose process is gone: they are marked as failed, so that they are told, and hold back nobody.

Dagster itself notices that only while the code server lives that started the run; what it never hears of again would
count as going on until it is older than `max_runtime_seconds`, and keep its places in the pools. A run of the `shop`
command carries the name of its process in a tag; of a run that the daemon launched see `launched_runs`. Whoever comes
next on that machine looks whether they live.
"""

import socket
from dataclasses import asdict
from typing import Final

import orjson
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from shop_assets.automation.launched_runs import GRPC_INFO_TAG, is_lost
from shop_assets.coordination.processes import ProcessIdentity, current_process, has_exited, has_exited_on_this_host

PROCESS_TAG: Final = "shop/process"
HOST_TAG: Final = "shop/host"
ACTIVE_STATUSES: Final = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def process_tags() -> dict[str, str]:
    """The tags of a run in this process."""
    return {PROCESS_TAG: orjson.dumps(asdict(current_process())).decode(), HOST_TAG: socket.gethostname()}


def fail_abandoned_runs(instance: DagsterInstance) -> list[str]:
    """Marks as failed the runs of which it is certain here that their process is gone; gives their ids.

    Frees the places in pools that they hold, and those of every other run that has ended.
    """
    gone = [
        run.run_id for run in instance.get_runs(RunsFilter(statuses=ACTIVE_STATUSES)) if _is_abandoned(instance, run)
    ]
    # One that has just ended by itself had no process any more either.
    abandoned = [run for run in map(instance.get_run_by_id, gone) if run is not None and not run.is_finished]
    for run in abandoned:
        instance.report_run_failed(run, "Its process is gone: it was killed, or it crashed, or its machine did.")
    _free_places_of_ended_runs(instance)
    return [run.run_id for run in abandoned]


def _is_abandoned(instance: DagsterInstance, run: DagsterRun) -> bool:
    if PROCESS_TAG in run.tags:
        process = ProcessIdentity(**orjson.loads(run.tags[PROCESS_TAG]))
        is_of_this_host = run.tags.get(HOST_TAG) == socket.gethostname()
        return has_exited_on_this_host(process) if is_of_this_host else has_exited(process)
    # Dagster's own monitoring sees to those that do not start, and to those that do not end when they are canceled.
    return GRPC_INFO_TAG in run.tags and run.status is DagsterRunStatus.STARTED and is_lost(instance, run)


def _free_places_of_ended_runs(instance: DagsterInstance) -> None:
    """An instance whose pools count steps (Dagster's default, so that of a `dagster.yaml` which is not ours) leaves a
    killed run its places, and the next run would wait for them for ever.
    """
    storage = instance.event_log_storage
    holders = list(storage.get_concurrency_run_ids())
    if not holders:  # an empty filter would ask for all runs
        return
    for run in instance.get_runs(RunsFilter(run_ids=holders)):
        if run.is_finished:
            storage.free_concurrency_slots_for_run(run.run_id)
