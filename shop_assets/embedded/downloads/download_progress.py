"""The progress of a download: a bar on a terminal, a line now and then in a log."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shop_assets.language.counts import counted

LINE_SECONDS: Final = 10.0
"""Between two lines of a log."""


@contextmanager
def download_shown(console: Console, what: str, steps: int | None = None) -> Iterator[Callable[[], None]]:
    """Show for the block that a download goes on.

    Args:
        console: Where to; a bar if it is a terminal, otherwise lines.
        what: What is downloaded.
        steps: How many steps it takes; None if that is not known.

    Yields:
        To be called after each step.
    """
    if not console.is_terminal:
        with _lines(console, what, steps) as step:
            yield step
        return
    columns = (TextColumn("downloading {task.description} (once)"), BarColumn(), TimeElapsedColumn())
    counted = (MofNCompleteColumn(),) if steps else ()
    with Progress(*columns, *counted, console=console, transient=True) as progress:
        task = progress.add_task(what, total=steps)
        yield lambda: progress.advance(task)


@contextmanager
def _lines(console: Console, what: str, steps: int | None) -> Iterator[Callable[[], None]]:
    done = 0
    begun = time.monotonic()
    is_over = threading.Event()

    def step() -> None:
        nonlocal done
        done += 1

    def print_lines() -> None:
        while not is_over.wait(LINE_SECONDS):
            count = f"{done:,} of {counted(steps, 'step')}, " if steps else ""
            console.print(f"downloading {what}: {count}{time.monotonic() - begun:.0f} s", highlight=False)

    console.print(f"downloading {what} (once)", highlight=False)
    printer = threading.Thread(target=print_lines, name="download", daemon=True)
    printer.start()
    try:
        yield step
    finally:
        is_over.set()
        printer.join()
