"""Runs whose process is gone: they are marked as failed, so that they are told, and hold back nobody.

Dagster's daemon sees to the runs that it started. A run of the `shop` command has a process that the daemon does not
know; when that is killed, the run would count as going on for ever, and keep its places in the pools. So such a run
carries the name of its process in a tag, and whoever comes next on that machine looks whether it lives.
"""

from dataclasses import asdict
from typing import Final

import orjson
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from shop_assets.document_store.processes import ProcessName, is_gone, own_process

PROCESS_TAG: Final = "shop/process"
GOING_ON: Final = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def process_tag() -> dict[str, str]:
    """The tag of a run in this process."""
    return {PROCESS_TAG: orjson.dumps(asdict(own_process())).decode()}


def end_abandoned_runs(instance: DagsterInstance) -> list[str]:
    """Marks as failed the runs of processes of this machine that are gone; gives their ids.

    Frees the places in pools that they hold, and those of every other run that has ended.
    """
    abandoned = [
        run
        for run in instance.get_runs(RunsFilter(statuses=GOING_ON))
        if PROCESS_TAG in run.tags and is_gone(ProcessName(**orjson.loads(run.tags[PROCESS_TAG])))
    ]
    for run in abandoned:
        instance.report_run_failed(run, "Its process is gone: it was killed, or it crashed.")
    _free_places_of_ended_runs(instance)
    return [run.run_id for run in abandoned]


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
