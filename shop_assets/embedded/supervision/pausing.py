"""The services of a stack, paused together: while they are, their files are what a sudden end would leave.

That is a state from which every service recovers, and so does a run; fault injection shows it (docs/reliability.md).
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psutil

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.supervision.stack_processes import is_supervisor, stack_processes

STOP_SECONDS: Final = 10.0
"""Until a process stands still: a write to a slow disk is finished first."""

# It ends with its standard input, which this process holds open: however this process ends, the services go on.
_RESUME_AT_END: Final = 'cat > /dev/null; kill -CONT "$@"'


@contextlib.contextmanager
def paused_services(root: Path) -> Iterator[None]:
    """Pause the services of the stack in `root` for the length of the block; they go on even if this process is killed.

    Args:
        root: The folder of the stack.

    Raises:
        StackError: A service cannot be paused.
    """
    services = [process for process in stack_processes(root) if not is_supervisor(process)]
    if not services:
        yield
        return
    with _resumed_at_the_end(services):
        for process in services:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
        _wait_until_paused(services)
        yield


@contextlib.contextmanager
def _resumed_at_the_end(services: Sequence[psutil.Process]) -> Iterator[None]:
    command = ["/bin/sh", "-c", _RESUME_AT_END, "resume", *(str(process.pid) for process in services)]
    # In a session of its own: Ctrl-C at the terminal is not for it.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True):
        yield


def _wait_until_paused(services: Sequence[psutil.Process]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for process in services:
        while not _is_paused(process):
            if time.monotonic() > deadline:
                raise StackError(f"{process.name()} (pid {process.pid}) cannot be paused: run this again.")
            time.sleep(0.01)


def _is_paused(process: psutil.Process) -> bool:
    try:
        return process.status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
    except psutil.NoSuchProcess:
        return True
