"""Temporary folders that go with their block, and also with a process that Ctrl-C or a kill ends within it."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# It ends with its standard input, which this process holds open: however this process ends, the folder goes after it.
# systemd sends SIGTERM to every process of a service, and to all of a user who logs out.
_REMOVE_AT_END: Final = "trap '' HUP INT TERM; read -r _; rm -rf -- \"$1\""


@contextlib.contextmanager
def temporary_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """Create a folder for the block, readable by this account alone.

    `tempfile.TemporaryDirectory` removes its folder when Ctrl-C ends the process, but while threads still write there:
    it fails halfway, with a traceback, and ClickHouse's engine aborts the process when its files vanish.

    Args:
        prefix: How its name begins.
        parent: Where it is created; the folder for temporary files by default.

    Yields:
        The folder.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    command = ["/bin/sh", "-c", _REMOVE_AT_END, "remove", str(folder)]
    try:
        # In a session of its own: Ctrl-C at the terminal is not for it. Nor is the output: a forked process may outlive
        # this one, and so the remover, and whoever reads a pipe would wait for both.
        with subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as remover:
            try:
                yield folder
            finally:
                remover.kill()  # it would wait for forked processes, which hold its input open too
    finally:
        shutil.rmtree(folder, ignore_errors=True)
