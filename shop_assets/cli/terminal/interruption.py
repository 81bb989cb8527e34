"""Ctrl-C, SIGTERM and what else ends a command: within two seconds, with one line, whatever it is doing.

The command works in a thread, and the main thread waits for signals: it can then end the process even while the command
is inside a library, and Dagster, which handles signals in the main thread only, neither swallows nor reports them. The
process ends as after a kill, which every stage withstands (docs/reliability.md). What can be done in the time left is
done first: the run is recorded as canceled, and Spark's Java ends. The temporary folders of a command are removed once
its process has ended (`temporary_folders.py`).
"""

import atexit
import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final, NoReturn

from shop_assets.wrapping import wrapped

CLEAN_UP_SECONDS: Final = 1.5
"""For all clean-up together, so that the whole takes less than two seconds."""

WAKE_SECONDS: Final = 0.2
"""Python calls the handler in this thread, which a signal does not wake if the system hands it to another one: while
threads are started, that is about every second signal."""

SHOW_CURSOR: Final = "\x1b[?25h"
ERASE_LINE: Final = "\r\x1b[2K"
THE_SAME: Final = "the same command"


class _State:
    """What this process does now; a process runs one command."""

    def __init__(self) -> None:
        self.stage = "shop"
        self.can_go_on = True
        self.resumed_by = THE_SAME
        self.clean_ups: list[Callable[[], None]] = []
        self.interrupted = threading.Event()
        self.command: threading.Thread | None = None
        self.error_output = 2
        self.terminal: list[Any] | None = None
        self.finish: Callable[[], NoReturn] | None = None


_STATE: Final = _State()


def handle_signals() -> None:
    """Handle SIGINT and SIGTERM from now on; called first, because the imports of a command take a second.

    SIGINT is handled also where it is ignored: shells start background commands so (POSIX, Asynchronous Lists), and
    nothing but SIGKILL would end `shop ui &`.
    """
    _open_closed_streams()
    _STATE.error_output = os.dup(2)  # Dagster redirects standard error while steps run
    with contextlib.suppress(termios.error, OSError):
        _STATE.terminal = termios.tcgetattr(0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _open_closed_streams() -> None:
    """Open the standard streams that the shell has closed (`>&-`), or the first file opened would take their place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115  # lives as long as the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115


def run(command: Callable[[], int]) -> int:
    """Run a command in a thread while this one waits for signals.

    Args:
        command: Returns its exit code.

    Returns:
        The exit code.

    Raises:
        BaseException: What the command raised.
    """
    done = threading.Event()
    outcome: list[int | BaseException] = []

    def work() -> None:
        try:
            outcome.append(command())
        except BaseException as error:  # noqa: BLE001  # raised again in the main thread
            outcome.append(error)
        hold()
        done.set()

    _STATE.command = threading.Thread(target=work, name="command", daemon=True)
    _STATE.command.start()
    while not done.wait(WAKE_SECONDS):
        pass
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def leave(code: int) -> NoReturn:
    """End the process after its command, by what Python does at exit but without taking its modules apart.

    That takes up to a second, in which Python no longer handles signals.

    Args:
        code: The exit code.
    """
    atexit._run_exitfuncs()  # noqa: SLF001  # Python has no public call
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def doing(stage: str, *, can_go_on: bool = True, resumed_by: str = THE_SAME) -> str:
    """Say what the command does now: `Interrupted in <stage>`.

    Args:
        stage: The name of a command, an asset or a check.
        can_go_on: It has an end of its own; Ctrl-C is the end of a command without one, which needs no line.
        resumed_by: What goes on after an interruption.

    Returns:
        What it did before.
    """
    before, _STATE.stage, _STATE.can_go_on, _STATE.resumed_by = _STATE.stage, stage, can_go_on, resumed_by
    return before


def current() -> str:
    """What the command does now, as `doing` was called last."""
    return _STATE.stage


def hold() -> None:
    """Stop the calling thread for good if the command is interrupted: what follows would change what is recorded."""
    if _STATE.interrupted.is_set() and threading.current_thread() is _STATE.command:
        threading.Event().wait()


@contextlib.contextmanager
def when_interrupted(clean_up: Callable[[], None]) -> Iterator[None]:
    """Do something before the process ends, if it is interrupted in the block.

    Args:
        clean_up: Runs in another thread, while the command may still work. The last one to be named goes first.
    """
    _STATE.clean_ups.append(clean_up)
    try:
        yield
    finally:
        _STATE.clean_ups.remove(clean_up)


def end(reason: str) -> None:
    """End the command from another thread as Ctrl-C does, with exit code 1.

    Args:
        reason: Why it cannot go on: the line that is printed.
    """
    if not _STATE.interrupted.is_set():
        _end(1, reason)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _end(128 + number)


def _end(code: int, reason: str | None = None) -> NoReturn:
    if _STATE.interrupted.is_set():  # pressed again: at once
        _leave(code, reason)
    _STATE.interrupted.set()
    with contextlib.suppress(RuntimeError):  # no thread starts while Python ends
        cleaner = threading.Thread(target=_clean_up, name="clean-up", daemon=True)
        cleaner.start()
        cleaner.join(CLEAN_UP_SECONDS)
    _leave(code, reason)


def _clean_up() -> None:
    # Whatever fails here would also fail after a kill, and the next run puts it right: there is no time to report it.
    for clean_up in reversed(_STATE.clean_ups):
        with contextlib.suppress(Exception):
            clean_up()
    with contextlib.suppress(Exception):
        atexit._run_exitfuncs()  # noqa: SLF001  # ends Ivy; the process ends without it otherwise


def _leave(code: int, reason: str | None) -> NoReturn:
    line = f"error: {reason}\n" if reason else _interruption_line()
    with contextlib.suppress(OSError, termios.error):
        if _STATE.terminal is not None:
            termios.tcsetattr(0, termios.TCSANOW, _STATE.terminal)
    with contextlib.suppress(OSError):
        is_terminal = os.isatty(_STATE.error_output)
        if is_terminal:
            lines = wrapped(line, os.get_terminal_size(_STATE.error_output).columns or None)
            line = ERASE_LINE + SHOW_CURSOR + "\n".join(lines)
        os.write(_STATE.error_output, line.encode())
    os._exit(code)


def _interruption_line() -> str:
    if not _STATE.can_go_on:
        return ""
    return f"Interrupted in {_STATE.stage}; nothing is lost, {_STATE.resumed_by} goes on.\n"
