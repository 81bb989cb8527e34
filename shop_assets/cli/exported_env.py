"""What `eval "$(shop env)"` leaves in a shell: the stack's settings, until a later `shop` command takes them back.

`stack.env` says the same for as long as it is true. Beyond that the shell's copies would lead to ports where nobody
listens any more, or encrypt under a key that has been rotated out.
"""

import hashlib
import shlex
from collections.abc import Mapping, MutableMapping
from typing import Final

from shop_assets.settings import variable

MARKER: Final = "EXPORTED_BY_SHOP_ENV"
"""Digests of what was exported. Not a SHOP_ variable: settings that are unknown are refused."""


def export_lines(settings: Mapping[str, str], dagster_folder: str) -> list[str]:
    """The settings for a shell's `eval`, with what Dagster and Spark read besides."""
    passing = {name: value for name, value in settings.items() if name != variable("home")}
    passing["DAGSTER_HOME"] = dagster_folder
    lasting = {variable("home"): settings[variable("home")], "JAVA_HOME": settings[variable("java_home")]}
    marker = {MARKER: " ".join(_digest(*pair) for pair in passing.items())}
    return [f"export {name}={shlex.quote(value)}" for name, value in {**lasting, **passing, **marker}.items()]


def remove_exported(environment: MutableMapping[str, str]) -> None:
    """Takes out what was exported, but for where the stack lies; what a person has set since then stays."""
    digests = set(environment.get(MARKER, "").split())
    for name, value in [*environment.items()]:
        if _digest(name, value) in digests:
            del environment[name]


def _digest(name: str, value: str) -> str:
    return hashlib.sha256(f"{name}={value}".encode()).hexdigest()
