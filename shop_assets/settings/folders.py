"""The folder of the embedded stack, `SHOP_HOME`, and other folders that settings name."""

import errno
import os
import stat
from pathlib import Path

from shop_assets.settings.errors import SettingsError
from shop_assets.settings.variables import variable

DEFAULT_HOME = Path(".shop")
STACK_ENV = "stack.env"
EXPLANATIONS = "explain"
"""The folder in SHOP_HOME with the pages of customers that `shop dashboard --explain` writes."""

SPARK_SCRATCH = "spark"
"""The folder in SHOP_HOME for temporary files of Spark's Java, where programs may not run from the usual folder."""


def home_folder() -> Path:
    """Find the folder of the embedded stack, `SHOP_HOME`.

    Returns:
        The folder, which may not exist.

    Raises:
        SettingsError: It belongs to an unknown user, this account may not read it, it is not a folder, or it is
            relative to a working directory that was deleted.
    """
    folder = folder_of(os.environ.get(variable("home")) or str(DEFAULT_HOME), variable("home"))
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))  # noqa: PTH110  # no error
    if not os.path.isdir(existing):  # noqa: PTH112  # as above
        raise SettingsError(f"{variable('home')} is {folder}, and {existing} is not a folder: name another one.")
    if not _may_be_read(folder):
        raise SettingsError(
            f"{folder} belongs to another account, and this one may not use it: run the command as that account, or "
            f"set {variable('home')} to a folder of yours."
        )
    return folder


def _may_be_read(folder: Path) -> bool:
    """Whether this account may use what is there. Who writes there says whether it may: a disk can be read-only."""
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            return True
        if os.access(folder, os.R_OK | os.X_OK):
            return not (folder / STACK_ENV).exists() or os.access(folder / STACK_ENV, os.R_OK)
    except PermissionError:  # a folder above it may not be searched
        return False
    except OSError:  # it is not there
        return True
    return False


def folder_of(path: str, name: str) -> Path:
    """Make a folder that a setting names absolute.

    Args:
        path: As it was given, with `~` perhaps.
        name: The variable, for the error.

    Returns:
        The folder, without symbolic links.

    Raises:
        SettingsError: It belongs to an unknown user, is relative to a working directory that was deleted, or its
            symbolic links go in a circle.
    """
    try:
        expanded = Path(path).expanduser()
    except RuntimeError:
        raise SettingsError(f"{name} is {path}: this machine knows no such home folder. Name another one.") from None
    if _is_circle(expanded):
        raise SettingsError(f"{name} is {path}: its symbolic links go in a circle. Name another folder.")
    try:
        return expanded.resolve()
    except FileNotFoundError:
        raise SettingsError(f"The working directory was deleted, and {name} is relative to it: cd elsewhere.") from None


def _is_circle(path: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False
