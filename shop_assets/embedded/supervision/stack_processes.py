"""The processes of a stack, found by a mark in their environment, whether its supervisor is alive or not."""

import contextlib
import os
from pathlib import Path
from typing import Final

import psutil

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.supervision.supervisor_config import MARKER

TERM_SECONDS: Final = 30.0  # the longest time that a service may take to stop in order
KILL_SECONDS: Final = 10.0


def stack_processes(root: Path) -> list[psutil.Process]:
    """Find the live processes with the mark of the stack; also those of a stack whose folder was moved to this place.

    Args:
        root: The folder of the stack.

    Returns:
        The processes, except this one.
    """
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _carries(process, root)]


def is_displaced(root: Path) -> bool:
    """Find out whether the folder was moved or deleted while its stack ran.

    Args:
        root: Where it is now, or was.

    Returns:
        Whether it was. The services still write to where it was, so that they have to be started again.
    """
    for process in stack_processes(root):
        with contextlib.suppress(psutil.Error, OSError):
            if is_supervisor(process) and (not root.is_dir() or _places(process) != {root.resolve()}):
                return True
    return False


def listening_ports(root: Path) -> set[int]:
    """The TCP ports on which the processes of the stack listen."""
    found: set[int] = set()
    for process in stack_processes(root):
        with contextlib.suppress(psutil.Error):
            connections = process.net_connections("tcp")
            found |= {connection.laddr.port for connection in connections if connection.status == psutil.CONN_LISTEN}
    return found


def end_processes(root: Path) -> int:
    """End them, first by SIGTERM, and return how many there were.

    Raises StackError if one survives: two services on one folder would damage the data.
    """
    processes = stack_processes(root)
    # The supervisor first, or it would restart what is ended here.
    for process in sorted(processes, key=lambda found: not is_supervisor(found)):
        _signal(process, kill=is_supervisor(process))
    _, alive = psutil.wait_procs(processes, timeout=TERM_SECONDS)
    for process in alive:
        _signal(process, kill=True)
    _, alive = psutil.wait_procs(alive, timeout=KILL_SECONDS)
    if alive:
        pids = ", ".join(str(process.pid) for process in alive)
        raise StackError(f"Processes of the stack in {root} cannot be ended (pids {pids}): end them, then try again.")
    return len(processes)


def _carries(process: psutil.Process, root: Path) -> bool:
    try:
        return root.resolve() in _places(process) and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):  # exited in the meantime, or of another user
        return False


def _places(process: psutil.Process) -> set[Path]:
    """Where the folder of the process's stack was at its start, and where it is now; nothing for other processes."""
    started_in = process.environ().get(MARKER)
    return set() if started_in is None else {Path(started_in).resolve(), Path(process.cwd()).resolve()}


def is_supervisor(process: psutil.Process) -> bool:
    """Whether it is supervisord."""
    try:
        return "supervisor.supervisord" in process.cmdline()
    except psutil.Error:
        return False


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.NoSuchProcess:
        return
