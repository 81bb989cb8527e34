"""Signs of life of runs whose process cannot be examined: in another container, on another machine, or on macOS.

A run of the `shop` command records one every minute in a tag. The sensor counts its own ticks without a new one: clocks
of two machines may differ, and a machine that slept has missed ticks as well as signs.
"""

import contextlib
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import Final

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from pydantic import BaseModel, ConfigDict, Field

from shop_assets.automation.sensor_cursor import SensorCursor

SIGN_TAG: Final = ".dagster/shop_sign_of_life"
INTERVAL_SECONDS: Final = 60.0
LONGEST_SILENCE: Final = 15
"""Ticks of a minute. A process that cannot write to Dagster's database for so long could not go on with its run."""

STATUSES: Final = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


class _Silence(BaseModel):
    """The last sign of a run, and for how many ticks there was no other."""

    model_config = ConfigDict(frozen=True)

    sign: str
    ticks: int = 0


class Silences(SensorCursor):
    """By run; what the sensor remembers."""

    runs: dict[str, _Silence] = Field(default_factory=dict)

    def after_tick(self, instance: DagsterInstance) -> "Silences":
        """Look at the runs once more.

        Args:
            instance: Dagster's instance.

        Returns:
            The runs in progress that give signs of life, and how long ago the last one was.
        """
        signs = {
            run.run_id: run.tags[SIGN_TAG]
            for run in instance.get_runs(RunsFilter(statuses=STATUSES))
            if SIGN_TAG in run.tags
        }
        return Silences(runs={run_id: self._counted(run_id, sign) for run_id, sign in signs.items()})

    def _counted(self, run_id: str, sign: str) -> _Silence:
        before = self.runs.get(run_id)
        return _Silence(sign=sign, ticks=before.ticks + 1 if before is not None and before.sign == sign else 0)

    def is_silent(self, run: DagsterRun) -> bool:
        """Whether a run gave no sign of life for too long."""
        return run.run_id in self.runs and self.runs[run.run_id].ticks >= LONGEST_SILENCE


def sign_of_life() -> dict[str, str]:
    """The tag of a run that is alive now."""
    return {SIGN_TAG: f"{time.time():.0f}"}


@contextlib.contextmanager
def signs_of_life(instance: DagsterInstance, run_id: str) -> Iterator[None]:
    """Record signs of life of a run while the block runs.

    Args:
        instance: Dagster's instance.
        run_id: The run of this process, created with the tag of `sign_of_life`.

    Yields:
        Nothing.
    """
    ended = Event()

    def record() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            # The run itself reports a database that does not respond.
            with contextlib.suppress(Exception):
                instance.add_run_tags(run_id, sign_of_life())

    Thread(target=record, name="signs of life", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
