"""Heartbeats of runs whose process cannot be examined: in another container, on another machine, or on macOS.

A run of the `shop` command records one every minute in a tag. The sensor counts its own ticks without a new one: clocks
of two machines may differ, and a machine that slept has missed ticks as well as heartbeats.
"""

import contextlib
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import Final

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from pydantic import BaseModel, ConfigDict, Field

from shop_assets.automation.sensor_cursor import SensorCursor

HEARTBEAT_TAG: Final = ".dagster/shop_heartbeat"
INTERVAL_SECONDS: Final = 60.0
LONGEST_SILENCE: Final = 15
"""Ticks of a minute. A process that cannot write to Dagster's database for so long could not go on with its run."""

STATUSES: Final = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


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
        """Whether a run recorded no heartbeat for too long."""
        return run.run_id in self.runs and self.runs[run.run_id].ticks >= LONGEST_SILENCE


def heartbeat() -> dict[str, str]:
    """The tag of a run whose process lives now."""
    return {HEARTBEAT_TAG: f"{time.time():.0f}"}


@contextlib.contextmanager
def heartbeats(instance: DagsterInstance, run_id: str) -> Iterator[None]:
    """Record heartbeats of a run while the block runs.

    Args:
        instance: Dagster's instance.
        run_id: The run of this process, created with the tag of `heartbeat`.

    Yields:
        Nothing.
    """
    ended = Event()

    def record() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            # The run itself reports a database that does not respond.
            with contextlib.suppress(Exception):
                instance.add_run_tags(run_id, heartbeat())

    Thread(target=record, name="heartbeats", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
