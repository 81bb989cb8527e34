"""Where the tables and keys of a TOML text are: Python's own parser does not keep their lines."""

import re
import tomllib
from typing import Any, Final

_NAME: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_PATH: Final = rf"(?P<key>{_NAME}(?:\s*\.\s*{_NAME})*)"
_HEADER: Final = re.compile(rf"\s*\[\s*{_PATH}\s*\]")
_KEY: Final = re.compile(rf"\s*{_PATH}\s*=")


def lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Find the line of each table and key; of what stands within one line, the line of its key.

    Args:
        text: TOML.

    Returns:
        The first line of each path of names, from 1.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.match(line)) and (names := _key_names(header["key"])):
            table = names
            found.setdefault(table, number)
        elif (key := _KEY.match(line)) and (names := _key_names(key["key"])):
            found.setdefault((*table, *names), number)
    return found


def _key_names(key: str) -> tuple[str, ...]:
    """The names of a key, as TOML reads them."""
    try:
        content: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    names = []
    while isinstance(content, dict):
        ((name, content),) = content.items()
        names.append(name)
    return tuple(names)
