"""Processes of this machine, identified so that a later process with the same PID is not taken for one that exited.

Known from `/proc`. On a system without it (macOS) the only thing known is whether a PID is in use now.
"""

import getpass
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
    """One process of one boot of one machine.

    `machine` identifies a boot and a PID namespace (a container has its own); empty when unknown. `started` is in clock
    ticks since that boot, so that changes of the clock do not matter.
    """

    machine: str
    pid: int
    started: str


def current_process() -> ProcessIdentity:
    """Identify this process.

    Returns:
        Its identity; `machine` and `started` are empty where there is no `/proc`.
    """
    pid = os.getpid()
    return ProcessIdentity(_machine(), pid, _started(pid) or "")


def current_account() -> str:
    """The account that runs this process.

    Returns:
        Its name; `unknown` in a container whose user has none.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def has_exited(process: ProcessIdentity) -> bool:
    """Whether a process has certainly exited.

    Args:
        process: A process of any machine.

    Returns:
        False for one that lives, and for one of which nothing is known here.
    """
    return bool(process.machine) and process.machine == _machine() and _started(process.pid) != process.started


def is_known_here(process: ProcessIdentity) -> bool:
    """Whether `/proc` shows that a process lives: it is of this boot and this container.

    Args:
        process: A process of any machine.

    Returns:
        False for one that has exited, and for one of which nothing is known here.
    """
    return bool(process.machine) and process.machine == _machine() and not has_exited(process)


def has_exited_on_this_host(process: ProcessIdentity) -> bool:
    """Whether a process of this host has certainly exited; unlike `has_exited`, also one of an earlier boot.

    Containers share the boot of their machine: nothing is known about a process of a container that was restarted.

    Args:
        process: A process of this host.

    Returns:
        False for one that lives, and for one of which nothing is known here.
    """
    here = _machine()
    if not here:
        return not process.machine and not _is_taken(process.pid)
    return has_exited(process) or (bool(process.machine) and process.machine.split()[0] != here.split()[0])


def was_running_at(pid: int, moment: float) -> bool:
    """Whether the process that has this PID now was already running at a given time.

    Args:
        pid: The PID on this machine.
        moment: The time, in seconds since 1970, UTC.

    Returns:
        False if there is no such process or it began later. Without `/proc`, True for any process with this PID.
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
    """When a live process began; None if there is none with this PID."""
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
