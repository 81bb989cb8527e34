"""Processes of this machine, named so that one that is gone cannot be taken for another that has its number now.

Known from `/proc`. On a system without it (macOS) only this is known: whether a number is anybody's now.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_ENDED: Final = frozenset("ZX")
"""Killed, and not yet waited for by its parent."""


@dataclass(frozen=True)
class ProcessIdentity:
    """`machine` is a boot of a machine and a space of process numbers on it (a container has its own); empty when it
    is unknown. `started` is in clock ticks since that boot: no change of the clock touches it.
    """

    machine: str
    pid: int
    started: str


def current_process() -> ProcessIdentity:
    """The name of this process."""
    pid = os.getpid()
    return ProcessIdentity(_machine(), pid, _started(pid) or "")


def has_exited(process: ProcessIdentity) -> bool:
    """Whether a process has certainly ended; False for one that lives and for one that nothing is known of here."""
    return bool(process.machine) and process.machine == _machine() and _started(process.pid) != process.started


def has_exited_on_this_host(process: ProcessIdentity) -> bool:
    """The same for a process that is known to be of this host: it did not outlive a boot. Containers have the boot of
    their machine: of one that was started again nothing is known.
    """
    here = _machine()
    if not here:
        return not process.machine and not _is_taken(process.pid)
    return has_exited(process) or (bool(process.machine) and process.machine.split()[0] != here.split()[0])


def was_running_at(pid: int, moment: float) -> bool:
    """Whether the process that has this number here had it at a moment, in seconds since 1970. Without `/proc` it is
    said of any process with this number.
    """
    if not _machine():
        return _is_taken(pid)
    started = _started(pid)
    if started is None:
        return False
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(started) / os.sysconf("SC_CLK_TCK")
    return time.time() - age <= moment


def _machine() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When a living process began; None when there is none with this number."""
    try:
        status = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # After the program's name, which may hold blanks and brackets: the state is field 3, the start field 22 (proc(5)).
    state, *fields = status.rpartition(")")[2].split()
    return None if state in _ENDED else fields[18]


def _is_taken(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
