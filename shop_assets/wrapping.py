"""Lines for a terminal, wrapped at blanks: a terminal itself breaks them inside words. Elsewhere lines stay whole."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Ctrl-C needs this module before there is time for rich
    from rich.console import Console
    from rich.text import Text

_LIST_INDENT = 2


def wrapped(text: str, width: int | None, hanging: int | None = None) -> Iterator[str]:
    """Wrap each line of a text at blanks. A word that is longer than the width stays whole, to be copied.

    Args:
        text: The text, with its own line ends.
        width: The columns of the terminal; None wraps nothing.
        hanging: By how many columns more than a line what is left of it is indented; without it, by two for a line that
            is indented itself, which is one of a list.

    Yields:
        The lines.
    """
    for line in text.split("\n"):
        margin = len(line) - len(line.lstrip(" "))
        if width is None or len(line) <= width:
            yield line
            continue
        further = (_LIST_INDENT if margin else 0) if hanging is None else hanging
        yield from textwrap.wrap(
            line,
            width,
            subsequent_indent=" " * (margin + further),
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=False,
            break_on_hyphens=False,
        )


def print_wrapped(console: "Console", text: "str | Text", hanging: int | None = None) -> None:
    """Print a text as `wrapped` breaks it, on a terminal alone.

    Args:
        console: Where to.
        text: Plain, or with styles; a plain one has no markup.
        hanging: As for `wrapped`.
    """
    from rich.text import Text

    styled = Text(text) if isinstance(text, str) else text
    rest = styled.plain
    for line in wrapped(rest, console.width if console.is_terminal else None, hanging):
        words = line.lstrip(" ")
        begin = styled.plain.index(words, len(styled.plain) - len(rest))
        part = styled[begin : begin + len(words)]
        rest = styled.plain[begin + len(words) :]
        console.print(Text(" " * (len(line) - len(words))) + part, soft_wrap=True, highlight=False)
