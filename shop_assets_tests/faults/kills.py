"""Where and whom a SIGKILL hits: at a call of a production function, in the process that makes it.

Production code has no hooks for this. A process that is to die wraps one of its functions before it begins (`arm`);
it is a process of its own (`forked.py`), so that nothing has to be put back.
"""

import functools
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import psutil

Victim = Literal["run", "java", "mongo", "kafka", "clickhouse", "s3"]
"""The process that works, its Spark's Java, or one of the services."""

SERVICES: Final[frozenset[Victim]] = frozenset({"mongo", "kafka", "clickhouse", "s3"})

Moment = Literal["before", "during", "after"]


@dataclass(frozen=True)
class Kill:
    """One SIGKILL. `function` is `module:name` or `module:Class.name`, where the code that calls it looks it up; None
    is the beginning of all the work. `call` counts its calls from 1. `delay` are the seconds between the call and a
    kill that comes `during` it (or soon after it, when it is over by then); they count from the return of `awaited`,
    where there is one: a function in the same form, called beside it with the same arguments.
    """

    function: str | None
    moment: Moment = "before"
    call: int = 1
    delay: float = 0.0
    victim: Victim = "run"
    awaited: str | None = None

    def __str__(self) -> str:
        if self.function is None:
            return f"SIGKILL to {self.victim} after {self.delay:.3f} s"
        late = f", {self.delay:.3f} s" if self.moment == "during" else ""
        return f"SIGKILL to {self.victim} {self.moment} call {self.call} of {self.function}{late}"


def arm(kill: Kill, services: Mapping[str, int], on_strike: Callable[[], None]) -> None:
    """Makes this process kill itself or another as `kill` says; `services` are the services' process ids.

    `on_strike` is called just before.
    """

    def strike() -> None:
        victims = _victims(kill.victim, services)
        on_strike()
        for pid in victims:
            os.kill(pid, signal.SIGKILL)

    if kill.function is None:
        _later(kill.delay, strike)
        return
    owner, name = _find(kill.function)
    setattr(owner, name, _struck_at(getattr(owner, name), kill, strike))


def _struck_at(function: Callable[..., Any], kill: Kill, strike: Callable[[], None]) -> Callable[..., Any]:
    calls = 0
    awaited = getattr(*_find(kill.awaited)) if kill.awaited else _nothing

    def struck(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != kill.call:
            return function(*arguments, **named)
        if kill.moment == "before":
            strike()
        elif kill.moment == "during":
            _later(kill.delay, strike, functools.partial(awaited, *arguments, **named))
        result = function(*arguments, **named)
        if kill.moment == "after":
            strike()
        return result

    return struck


def _nothing(*_arguments: Any, **_named: Any) -> None:
    """What is awaited when nothing is."""


def _later(seconds: float, strike: Callable[[], None], awaited: Callable[[], object] = _nothing) -> None:
    def wait_and_strike() -> None:
        awaited()
        time.sleep(seconds)
        strike()

    # A run that is faster ends as if nothing had been planned.
    threading.Thread(target=wait_and_strike, daemon=True).start()


def _victims(victim: Victim, services: Mapping[str, int]) -> list[int]:
    if victim == "run":
        return [os.getpid()]
    if victim == "java":
        return [child.pid for child in psutil.Process().children(recursive=True) if child.name() == "java"]
    return [services[victim]]


def _find(function: str) -> tuple[Any, str]:
    module, _, path = function.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for step in owners:
        owner = getattr(owner, step)
    return owner, name
