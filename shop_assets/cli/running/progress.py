"""Progress of a run: a line for each asset, as soon as it is materialized, and the step that runs, with its seconds."""

import contextlib
import logging
import os
import re
import threading
import time
from datetime import date
from types import TracebackType
from typing import Final, Self

from dagster import AssetCheckSeverity, DagsterEvent, DagsterEventType, EventLogEntry
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shop_assets.cli.running.outcome import AssetRow
from shop_assets.cli.terminal.output import STANDARD_OUTPUT
from shop_assets.language.counts import counted
from shop_assets.wrapping import print_wrapped

SPINNER_WIDTH: Final = 2
TICK_SECONDS: Final = 1.0
LOG_SECONDS: Final = 30.0
"""How often a step that takes longer prints a line, where the output is no terminal."""

NOT_RUN: Final = re.compile(r"Dependencies for step (\S+) .*Not executing\.")
"""What Dagster logs for each step after a failed one; it has no event for them."""


class RunProgress:
    """Prints a line for each materialized asset, failed check, failed step and warning of one run.

    A terminal shows the running step and its seconds below the lines. Where nobody looks at it live (a file, a pipe), a
    step that takes long prints a line now and then, so that a log shows that it is not stuck.

    Dagster redirects the process's standard output into its own log files while steps run; so the console writes to a
    duplicate of it, taken before the run starts. Use as a context manager.
    """

    def __init__(
        self,
        *,
        shows_days: bool = False,
        day: date | None = None,
        output: int = STANDARD_OUTPUT,
        quiet: bool = False,
    ) -> None:
        """Begin.

        Args:
            shows_days: The run builds several days, and the lines name them.
            day: The only day that has lines; None for all.
            output: The descriptor to write to.
            quiet: Print nothing but the step that runs now, and warnings that are no result of a check.
        """
        self.not_run: list[str] = []
        """The steps that could not run, because one that they depend on failed."""
        self._shows_days = shows_days
        self._day = day
        self._is_quiet = quiet
        self._output = os.fdopen(os.dup(output), "w", encoding="utf-8")
        self._console = _Console(file=self._output, highlight=False)
        self._status = self._console.status("starting")
        self._step = ""
        self._last_message = ""
        self._began = self._last_line_at = time.monotonic()
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._refresh, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._status.start()
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._clock.join()
        self._status.stop()
        with contextlib.suppress(BrokenPipeError):  # nobody reads it any more
            self._output.close()

    def on_event(self, entry: EventLogEntry) -> None:
        """Receive the next event of the run."""
        event = entry.dagster_event
        if event is None:  # what a step logs
            self._logged(entry)
            return
        match event.event_type:
            case DagsterEventType.STEP_START:
                self._step, self._last_message = str(event.step_key), ""
                self._began = self._last_line_at = time.monotonic()
                self._show_step()
            case DagsterEventType.ASSET_MATERIALIZATION:
                self._materialized(event)
            case DagsterEventType.ASSET_CHECK_EVALUATION:
                self._checked(event)
            case DagsterEventType.STEP_FAILURE:
                self._print(f"[red]✗[/] {event.step_key} failed")
            case _:
                pass

    def _materialized(self, event: DagsterEvent) -> None:
        row = AssetRow.from_event(event)
        if not row.is_of(self._day):
            return
        if self._shows_days:
            self._print(
                f"[green]✓[/] {row.day} {row.asset:<28} {counted(row.rows_out, 'row'):>13} {row.seconds:>6.1f} s"
            )
            return
        counts = f"{row.rows_in:>8} in {row.rows_out:>8} out {row.rejected:>4} rejected {row.seconds:>6.1f} s"
        self._print(f"[green]✓[/] {row.asset:<28} {counts}")
        if row.rest:
            self._print(f"  {row.rows_in:,} = {row.rows_out:,} out + {row.rest}")

    def _checked(self, event: DagsterEvent) -> None:
        evaluation = event.asset_check_evaluation_data
        if not evaluation.passed:
            mark = "[yellow]![/]" if evaluation.severity is AssetCheckSeverity.WARN else "[red]✗[/]"
            self._print(
                f"{mark} check {evaluation.asset_key.to_user_string()}.{evaluation.check_name}: "
                f"{escape(evaluation.description or 'did not pass')}"
            )

    def _logged(self, entry: EventLogEntry) -> None:
        if not_run := NOT_RUN.match(entry.user_message):
            self.not_run.append(not_run[1])
        elif isinstance(entry.level, int) and entry.level >= logging.WARNING:
            print_wrapped(self._console, Text.assemble(("!", "yellow"), " ", entry.user_message), hanging=2)
        else:
            self._last_message = f": {entry.user_message}"
            self._show_step()

    def _print(self, line: str) -> None:
        if not self._is_quiet:
            print_wrapped(self._console, Text.from_markup(line), hanging=2)

    def _refresh(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            if self._console.is_terminal:
                self._show_step()
            elif self._step and not self._is_quiet and time.monotonic() - self._last_line_at >= LOG_SECONDS:
                self._last_line_at = time.monotonic()
                self._print(escape(self._running()))

    def _running(self) -> str:
        return f"{self._step} … {time.monotonic() - self._began:.0f} s{self._last_message}"

    def _show_step(self) -> None:
        text = self._running() if self._step else "starting"
        width = self._console.width - SPINNER_WIDTH
        self._status.update(escape(text if len(text) <= width else f"{text[: width - 1]}…"))


class _Console(Console):
    """A console that falls silent when nobody reads it any more (`shop run | head`): the run goes on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
