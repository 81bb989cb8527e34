"""Runs whose process is gone: they are marked as failed, so that they are told, and hold back nobody.

Dagster's daemon sees to the runs that it started. A run of the `shop` command has a process that the daemon does not
know; when that is killed, the run would count as going on for ever, and keep its places in the pools. So such a run
carries the name of its process in a tag, and whoever comes next on that machine looks whether it lives.
"""

import socket
from typing import Final

import psutil
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

PROCESS_TAG: Final = "shop/process"
GOING_ON: Final = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def process_tag() -> dict[str, str]:
    """The tag of a run in this process: the machine, the process's number, and when it began (numbers come again)."""
    return {PROCESS_TAG: _name(psutil.Process())}


def end_abandoned_runs(instance: DagsterInstance) -> list[str]:
    """Marks as failed the runs of processes of this machine that are gone; gives their ids."""
    abandoned = [
        run
        for run in instance.get_runs(RunsFilter(statuses=GOING_ON))
        if PROCESS_TAG in run.tags and not _may_live(run.tags[PROCESS_TAG])
    ]
    for run in abandoned:
        instance.report_run_failed(run, f"Its process ({run.tags[PROCESS_TAG]}) is gone: it was killed or crashed.")
    return [run.run_id for run in abandoned]


def _may_live(name: str) -> bool:
    machine, number, _ = name.split("/")
    if machine != socket.gethostname():  # nothing can be said from here
        return True
    try:
        return _name(psutil.Process(int(number))) == name
    except psutil.NoSuchProcess:
        return False


def _name(process: psutil.Process) -> str:
    return f"{socket.gethostname()}/{process.pid}/{process.create_time():.0f}"
