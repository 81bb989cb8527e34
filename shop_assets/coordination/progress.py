"""How far and how fast a stage is, reported periodically while it works, so that a long one is seen to move.

A stage calls `advance` once per batch, and `expect` if it knows how much there is. Who listens is decided where the
stage is called; nobody does by default.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from shop_assets.language.counts import counted

REPORT_SECONDS: Final = 5.0
"""A report is an event in Dagster's storage."""


class _Progress:
    """The counts of one stage; several threads of it may advance."""

    def __init__(self, report: Callable[[str], object], what: str) -> None:
        self._report = report
        self._what = what
        self._done = 0
        self._expected = 0
        self._begun = self._reported = time.monotonic()
        self._lock = threading.Lock()

    def expect(self, count: int) -> None:
        with self._lock:
            self._expected += count

    def advance(self, count: int) -> None:
        with self._lock:
            self._done += count
            now = time.monotonic()
            if now - self._reported < REPORT_SECONDS:
                return
            self._reported = now
            rate = self._done / (now - self._begun)
            left = self._expected - self._done
        more = f", {left:,} left, about {left / rate:.0f} s" if left > 0 else ""
        self._report(f"{counted(self._done, self._what)}, {rate:,.0f} a second{more}")


_current: ContextVar[_Progress | None] = ContextVar("progress", default=None)


@contextmanager
def progress_reported(report: Callable[[str], object], what: str = "document") -> Iterator[None]:
    """Report for the block how far the stage in it is.

    Args:
        report: Takes a sentence: `1,000 documents, 500 a second, 2,000 left, about 4 s`.
        what: What the stage counts, in the singular.

    Yields:
        Nothing.
    """
    before = _current.set(_Progress(report, what))
    try:
        yield
    finally:
        _current.reset(before)


def expect(count: int) -> None:
    """Note how much a stage has to do, so that its reports say how long it still takes.

    Args:
        count: Mostly documents; several calls add up.
    """
    progress = _current.get()
    if progress is not None:
        progress.expect(count)


def advance(count: int) -> None:
    """Note that a stage has done more.

    Args:
        count: How much since it was last called, mostly documents.
    """
    progress = _current.get()
    if progress is not None:
        progress.advance(count)
