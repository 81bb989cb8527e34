"""How far and how fast a stage goes: said now and then while it works, so that a long one is seen to move.

A stage calls `advance` once per batch. Who listens is decided where the stage is called; nobody does by default.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

SAY_SECONDS: Final = 5.0
"""A sentence is an event in Dagster's storage."""


class _Pace:
    def __init__(self, say: Callable[[str], object], what: str) -> None:
        self._say = say
        self._what = what
        self._done = 0
        self._begun = self._said = time.monotonic()

    def advance(self, count: int, left: int | None) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._said < SAY_SECONDS:
            return
        self._said = now
        rate = self._done / (now - self._begun)
        more = "" if left is None or not rate else f", {left:,} left, about {left / rate:.0f} s"
        self._say(f"{self._done:,} {self._what}, {rate:,.0f} a second{more}")


_pace: ContextVar[_Pace | None] = ContextVar("pace", default=None)


@contextmanager
def pace_said(say: Callable[[str], object], what: str = "documents") -> Iterator[None]:
    """Say for the block how far the stage in it is.

    Args:
        say: Takes a sentence: `1,000 documents, 500 a second, 2,000 left, about 4 s`.
        what: What the stage counts.

    Yields:
        Nothing.
    """
    before = _pace.set(_Pace(say, what))
    try:
        yield
    finally:
        _pace.reset(before)


def advance(count: int, left: int | None = None) -> None:
    """Note that a stage has done more documents.

    Args:
        count: How many since it was last called, mostly documents.
        left: How many it still has to do, if it knows.
    """
    pace = _pace.get()
    if pace is not None:
        pace.advance(count, left)
