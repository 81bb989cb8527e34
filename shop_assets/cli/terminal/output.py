"""What commands write beside their result: the line of what is being done now, and files that an option names."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from shop_assets.errors import InputError
from shop_assets.wrapping import wrapped

STANDARD_OUTPUT: Final = 1
STANDARD_ERROR: Final = 2

OUTPUT_ERRORS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO})
"""A full disk or quota, the shell's limit of a file, a closed descriptor, a terminal that is gone: no wrong input."""


class _Line:
    """A text with the seconds since it was made."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._began = time.monotonic()

    def __rich__(self) -> Text:
        return Text(f"{self._text} … {time.monotonic() - self._began:.0f} s", overflow="ellipsis", no_wrap=True)


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show on the terminal of standard error what is being done, with its seconds; write nothing elsewhere.

    The line goes to a duplicate of the descriptor: what the block does with standard error does not hide it. Messages
    of the block appear above it; tables are printed after the block.

    Args:
        text: What is being done: "stopping the services".

    Yields:
        Nothing.
    """
    if not os.isatty(STANDARD_ERROR):
        yield
        return
    with os.fdopen(os.dup(STANDARD_ERROR), "w", encoding="utf-8") as terminal:
        spinner = Spinner("dots", _Line(text))
        # Output that goes elsewhere must stay what it is, and not come to the terminal.
        both = os.isatty(STANDARD_OUTPUT)
        with Live(spinner, console=Console(file=terminal), transient=True, redirect_stdout=both):
            yield


def say(text: str, *, error: bool = False, hanging: int | None = None) -> None:
    """Print sentences, wrapped at blanks on a terminal; within a block of `working`, above its line.

    Args:
        text: The text.
        error: Print it to standard error.
        hanging: As for `wrapped`.
    """
    # Not by the console: it would print behind the line of `working`, as `typer.echo` would.
    console = Console(stderr=error)
    stream = sys.stderr if error else sys.stdout
    lines = wrapped(text.removesuffix("\n"), console.width if console.is_terminal else None, hanging)
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()


def write_output(path: Path, content: bytes, option: str = "--output") -> None:
    """Write a file that an option names; its folder is created, but not the folder of that.

    Args:
        path: The file.
        content: All of it.
        option: The option, for the message.

    Raises:
        InputError: The file cannot be written there.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        if error.errno in OUTPUT_ERRORS:
            raise
        raise InputError(f"{option} {path} cannot be written: {error.strerror}.") from None
