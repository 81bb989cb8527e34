"""Progress of a run: one line per asset, as soon as it is materialized."""

import logging
import os
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dagster import DagsterEvent, DagsterEventType, EventLogEntry, MetadataValue
from rich.console import Console
from rich.markup import escape

from shop_assets.orchestration.asset_metadata import REJECTED, ROWS_IN, ROWS_OUT, SECONDS


@dataclass(frozen=True)
class AssetRow:
    """Rows into an asset, out of it and rejected, and its seconds."""

    asset: str
    day: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float

    @classmethod
    def from_event(cls, event: DagsterEvent) -> Self:
        """Read a materialization event, from the metadata that every asset has."""
        materialization = event.step_materialization_data.materialization
        return cls(
            asset=materialization.asset_key.to_user_string(),
            day=materialization.partition or "",
            rows_in=int(_number(materialization.metadata.get(ROWS_IN))),
            rows_out=int(_number(materialization.metadata.get(ROWS_OUT))),
            rejected=int(_number(materialization.metadata.get(REJECTED))),
            seconds=_number(materialization.metadata.get(SECONDS)),
        )


class RunProgress:
    """Prints a line for each materialized asset, failed check, failed step and warning of one run.

    Dagster redirects the process's standard output into its own log files while steps run; so the console writes to a
    duplicate of it, taken before the run starts. Use as a context manager.
    """

    def __init__(self, *, shows_days: bool = False) -> None:
        self._shows_days = shows_days
        self._output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._console = Console(file=self._output, highlight=False)
        self._status = self._console.status("starting")

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._status.stop()
        self._output.close()

    def on_event(self, entry: EventLogEntry) -> None:
        """Receive the next event of the run."""
        event = entry.dagster_event
        if event is None:  # what a step logs
            self._logged(entry)
            return
        match event.event_type:
            case DagsterEventType.STEP_START:
                self._status.update(f"{event.step_key} …")
            case DagsterEventType.ASSET_MATERIALIZATION:
                self._materialized(event)
            case DagsterEventType.ASSET_CHECK_EVALUATION:
                self._checked(event)
            case DagsterEventType.STEP_FAILURE:
                self._console.print(f"[red]✗[/] {event.step_key} failed")
            case _:
                pass

    def _materialized(self, event: DagsterEvent) -> None:
        row = AssetRow.from_event(event)
        counts = f"{row.rows_in:>8} in {row.rows_out:>8} out {row.rejected:>4} rejected {row.seconds:>6.1f} s"
        day = f" {row.day}" if self._shows_days else ""
        self._console.print(f"[green]✓[/] {row.asset:<28}{day} {counts}", soft_wrap=True)

    def _checked(self, event: DagsterEvent) -> None:
        evaluation = event.asset_check_evaluation_data
        if not evaluation.passed:
            self._console.print(
                f"[yellow]![/] check {evaluation.asset_key.to_user_string()}.{evaluation.check_name}: "
                f"{escape(evaluation.description or 'did not pass')}",
                soft_wrap=True,
            )

    def _logged(self, entry: EventLogEntry) -> None:
        if isinstance(entry.level, int) and entry.level >= logging.WARNING:
            self._console.print(f"[yellow]![/] {escape(entry.user_message)}", soft_wrap=True)
        else:
            self._status.update(escape(f"{entry.step_key}: {entry.user_message}"))


def _number(value: MetadataValue[Any] | None) -> float:
    return float(value.value) if value is not None and isinstance(value.value, int | float) else 0.0
