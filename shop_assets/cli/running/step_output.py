"""What steps and their Java print: in Dagster's logs of the run, and on the terminal only on request.

Dagster copies it to the terminal with two processes for each stream of each step. On Ctrl-C these print tracebacks, and
without them the warnings of libraries do not bury the lines of the run.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dagster._core.execution import compute_logs

from shop_assets.cli.terminal.output import STANDARD_ERROR

PAUSE_SECONDS: Final = 0.2


@contextlib.contextmanager
def captured_output(*, shown: bool) -> Iterator[None]:
    """Keep what steps print in this block in Dagster's logs.

    Args:
        shown: Print it too.
    """
    name = compute_logs.tail_to_stream.__name__
    original = vars(compute_logs)[name]
    vars(compute_logs)[name] = _follow if shown else _leave_in_file
    try:
        yield
    finally:
        vars(compute_logs)[name] = original


@contextlib.contextmanager
def silent_java() -> Iterator[None]:
    """Keep what a Java that is started in this block prints off the terminal: warnings of its modules and of Spark."""
    error_output = os.dup(STANDARD_ERROR)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), STANDARD_ERROR)
            with contextlib.redirect_stderr(nowhere):  # it may lead to the terminal by another way: `working`
                yield
    finally:
        os.dup2(error_output, STANDARD_ERROR)
        os.close(error_output)


@contextlib.contextmanager
def _leave_in_file(_path: str, _stream: Any) -> Iterator[tuple[None, None]]:
    yield None, None


@contextlib.contextmanager
def _follow(path: str, stream: Any) -> Iterator[tuple[None, None]]:
    """Copy a growing file to where the stream leads now."""
    ended = threading.Event()
    with os.fdopen(os.dup(stream.fileno()), "wb", buffering=0) as output, Path(path).open("rb") as file:

        def copy() -> None:
            while True:
                is_last = ended.wait(PAUSE_SECONDS)
                with contextlib.suppress(BrokenPipeError):
                    output.write(file.read())
                if is_last:
                    return

        copier = threading.Thread(target=copy, name="step output", daemon=True)
        copier.start()
        try:
            yield None, None
        finally:
            ended.set()
            copier.join()
