"""An INSERT's data in a file until it is complete; then the engine reads that file.

Data in a statement's text ends at an empty line, and chDB's streaming insert (4.4.0) reports success when a constraint,
a materialized view or a limit made the write fail. A file has neither problem and takes no memory, and a body that its
sender breaks off never reaches the engine.
"""

import itertools
from pathlib import Path
from typing import Final

PATTERN_CHARACTERS: Final = "*?{}"
"""In the path of a file they make the engine read all files that match, in other folders too, or none."""


class Spool:
    """A folder for incoming data; what a killed process left there is deleted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.iterdir():
            left.unlink()

    def new_file(self) -> Path:
        """A new empty file."""
        path = self._folder / f"{next(self._numbers)}"
        path.touch(mode=0o600, exist_ok=False)
        return path


def append(path: Path, chunk: bytes) -> None:
    """Append a whole chunk to a file; raises OSError when the disk is full."""
    with path.open("ab") as file:
        file.write(chunk)
