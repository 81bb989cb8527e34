"""Temporary folders that go with their block, and also with a process that Ctrl-C ends within it."""

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ATTEMPTS: Final = 3
"""An engine that still works creates what it misses: its folder would be there again."""


@contextlib.contextmanager
def temporary_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """Create a folder for the block, readable by this account alone.

    `tempfile.TemporaryDirectory` removes its folder too when Ctrl-C ends the process, but while a thread still writes
    there it fails halfway: with a traceback, and what is left stays.

    Args:
        prefix: How its name begins.
        parent: Where it is created; the folder for temporary files by default.

    Yields:
        The folder.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    remove = functools.partial(_remove, folder)
    atexit.register(remove)  # Ctrl-C runs these functions, in another thread
    try:
        yield folder
    finally:
        atexit.unregister(remove)
        remove()


def _remove(folder: Path) -> None:
    for attempt in range(ATTEMPTS):
        # Under another name nobody adds files to it while it is being removed.
        aside = folder.with_name(f"{folder.name}.{attempt}")
        with contextlib.suppress(OSError):
            folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        if not folder.exists():
            return
