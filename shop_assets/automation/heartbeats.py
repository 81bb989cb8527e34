"""Heartbeats of runs whose process cannot be examined: in another container, on another machine, or on macOS.

A run of the `shop` command records one every minute in a tag. The sensor counts its own ticks without a new one: clocks
of two machines may differ, and a machine that slept has missed ticks as well as heartbeats. A process that slept or was
paused for longer than the sensor waits has lost its run when it wakes, and must end.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Final

from dagster import DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus, EventLogEntry, RunsFilter
from pydantic import BaseModel, ConfigDict, Field

from shop_assets.automation.sensor_cursor import SensorCursor

HEARTBEAT_TAG: Final = ".dagster/shop_heartbeat"
INTERVAL_SECONDS: Final = 60.0
LONGEST_SILENCE: Final = 15
"""Ticks of a minute. A process that cannot write to Dagster's database fails earlier: on the full stack, each of
Dagster's six attempts has time limits (`params` in docker-compose.yml)."""

OWN_END_SECONDS: Final = 5.0
"""Dagster stores that a run has ended a moment before it says so to this process, which a busy machine prolongs."""

STATUSES: Final = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]

_ENDS: Final = frozenset({DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_CANCELED})
_LOG: Final = logging.getLogger(__name__)


class _Silence(BaseModel):
    """The last heartbeat of a run, and for how many ticks there was no other."""

    model_config = ConfigDict(frozen=True)

    heartbeat: str
    ticks: int = 0


class Silences(SensorCursor):
    """By run; what the sensor remembers."""

    runs: dict[str, _Silence] = Field(default_factory=dict)

    def after_tick(self, instance: DagsterInstance) -> "Silences":
        """Look at the runs once more.

        Args:
            instance: Dagster's instance.

        Returns:
            The runs in progress that record heartbeats, and for how long each was silent.
        """
        latest = {
            run.run_id: run.tags[HEARTBEAT_TAG]
            for run in instance.get_runs(RunsFilter(statuses=STATUSES))
            if HEARTBEAT_TAG in run.tags
        }
        return Silences(runs={run_id: self._counted(run_id, heartbeat) for run_id, heartbeat in latest.items()})

    def _counted(self, run_id: str, heartbeat: str) -> _Silence:
        before = self.runs.get(run_id)
        if before is None or before.heartbeat != heartbeat:
            return _Silence(heartbeat=heartbeat)
        return _Silence(heartbeat=heartbeat, ticks=before.ticks + 1)

    def is_silent(self, run: DagsterRun) -> bool:
        """Whether a run, as it is now, has recorded no heartbeat for too long."""
        silence = self.runs.get(run.run_id)
        if silence is None or silence.heartbeat != run.tags.get(HEARTBEAT_TAG):
            return False
        return silence.ticks >= LONGEST_SILENCE


def heartbeat() -> dict[str, str]:
    """The tag of a run whose process lives now."""
    return {HEARTBEAT_TAG: f"{time.time():.0f}"}


@contextlib.contextmanager
def heartbeats(
    instance: DagsterInstance, run_id: str, when_ended_by_others: Callable[[DagsterRunStatus | None], None]
) -> Iterator[None]:
    """Record heartbeats of a run while the block runs.

    Args:
        instance: Dagster's instance.
        run_id: The run of this process, created with the tag of `heartbeat`.
        when_ended_by_others: Is called in another thread when somebody else marked the run as failed or canceled, with
            that status, or deleted it, with None: it no longer has its slots in the pools.

    Yields:
        Nothing.
    """
    begun, ended = Event(), Event()

    def follow(entry: EventLogEntry, _cursor: str | None = None) -> None:
        begun.set()
        if entry.dagster_event is not None and entry.dagster_event.event_type in _ENDS:
            ended.set()

    instance.add_event_listener(run_id, follow)
    arguments = (instance, run_id, begun, ended, when_ended_by_others)
    Thread(target=_record_until_ended, args=arguments, name="heartbeats", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _record_until_ended(
    instance: DagsterInstance,
    run_id: str,
    begun: Event,
    ended: Event,
    when_ended_by_others: Callable[[DagsterRunStatus | None], None],
) -> None:
    is_logged = False
    while not ended.wait(INTERVAL_SECONDS):
        try:
            run = instance.get_run_by_id(run_id)
            if run is not None and not run.is_finished:
                instance.add_run_tags(run_id, heartbeat())
        except Exception as error:  # noqa: BLE001  # the run itself reports a database that does not respond
            if not is_logged:
                _LOG.warning("No heartbeat of the run could be recorded: %s: %s", type(error).__name__, error)
            is_logged = True
            continue
        status = None if run is None else run.status
        if status is DagsterRunStatus.SUCCESS:  # nobody else marks a run so
            return
        # Before its first event, Dagster is just creating the run.
        is_lost = begun.is_set() if run is None else run.is_finished
        if is_lost and not ended.wait(OWN_END_SECONDS):
            when_ended_by_others(status)
            return
