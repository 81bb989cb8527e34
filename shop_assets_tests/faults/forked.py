"""Processes that cost a tenth of a second: forked from a server that has imported everything and opened nothing.

Python's own fork server does it. A process that imports Dagster, Spark and the clients by itself takes seconds each
time, and there are hundreds of them here.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from shop_assets_tests.faults.kills import SERVICES, Kill, arm

PRELOADED: Final = "shop_assets_tests.faults.preloaded"
MARKER: Final = "FAULTS_STARTED_BY"
"""Everything that a forked process starts carries this variable: what outlives it is found by it."""

HANG_SECONDS: Final = 300.0
"""Longer than every timeout in the project together with the return of an engine: who takes longer hangs."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([PRELOADED])


class HangError(AssertionError):
    """A process did not end in time."""


@dataclass(frozen=True)
class Ending:
    """How a process ended. `struck`: the kill that was planned happened; `exit_code` is negative after a signal."""

    exit_code: int
    struck: bool
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether it did all its work."""
        return self.exit_code == 0


@dataclass(frozen=True)
class Forks:
    """Where forked processes write, and the process ids of the services that a kill may be for."""

    log: Path
    services: Callable[[], Mapping[str, int]] = field(default=dict)

    def run(self, work: Callable[..., object], *arguments: Any, kill: Kill | None = None) -> Ending:
        """Calls `work`, a function of a module, in a new process, and waits for its end. Raises HangError."""
        struck = _context.Event()
        pids = dict(self.services()) if kill is not None and kill.victim in SERVICES else {}
        begun = time.monotonic()
        process = _context.Process(
            target=_begin, args=(str(self.log), os.getpid(), kill, pids, struck, work, arguments)
        )
        process.start()
        process.join(HANG_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise HangError(
                f"{work.__name__} ({kill or 'undisturbed'}) did not end in {HANG_SECONDS:.0f} s; {self.log}"
            )
        code = process.exitcode
        process.close()
        return Ending(code, struck.is_set(), time.monotonic() - begun)

    def end_of_log(self, lines: int = 40) -> str:
        """The last output of the processes."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def survivors(patience_seconds: float = 30.0) -> list[psutil.Process]:
    """What forked processes of this one left behind; a Java needs a moment to see that it is alone."""
    processes = [process for process in psutil.process_iter() if _was_started_here(process)]
    _, alive = psutil.wait_procs(processes, timeout=patience_seconds)
    return alive


def _was_started_here(process: psutil.Process) -> bool:
    with suppress(psutil.Error, OSError):
        return process.environ().get(MARKER) == str(os.getpid())
    return False


def _begin(
    log: str,
    parent: int,
    kill: Kill | None,
    services: Mapping[str, int],
    struck: Any,
    work: Callable[..., object],
    arguments: tuple[Any, ...],
) -> None:
    os.environ[MARKER] = str(parent)
    with Path(log).open("ab", buffering=0) as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    print(f"--- {work.__name__}: {kill or 'undisturbed'}", flush=True)
    if kill is not None:
        arm(kill, services, struck.set)
    work(*arguments)
