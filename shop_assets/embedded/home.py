"""SHOP_HOME: its files, and whether the folder is ours.

A folder is ours if it has the marker file. Nothing is ever created in, or deleted from, a folder with other contents:
`SHOP_HOME=~` must not cost anyone anything.
"""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.services.clickhouse_front.spool import PATTERN_CHARACTERS
from shop_assets.errors import InputError
from shop_assets.settings import EXPLANATIONS, SPARK_SCRATCH, STACK_ENV, home_folder

MARKER: Final = ".shop-assets-home"
MARKER_TEXT: Final = "Data of the embedded stack of shop_assets. `shop down --delete-data` removes it.\n"
FOLDERS: Final = ("data", "config", "logs", "dagster", SPARK_SCRATCH)
RESTORING: Final = "restore"

FILES: Final = (
    *("credentials.json", "ports.json", STACK_ENV, "supervisord.pid", "lock"),
    *("query_history", "dashboard.html", "ui_address"),  # of the command line
)


@dataclass(frozen=True)
class Home:
    """The folder of one embedded stack; `root` is absolute, so that processes with other folders agree on it."""

    root: Path

    @classmethod
    def from_environment(cls) -> Self:
        """Find the folder of this environment's stack.

        Returns:
            The folder that SHOP_HOME names, `.shop` in the current folder by default.
        """
        return cls(home_folder())

    @property
    def stack_env(self) -> Path:
        """The settings of the running stack; absent while it is down."""
        return self.root / STACK_ENV

    @property
    def credentials(self) -> Path:
        """Passwords and keys; they outlive `shop down`."""
        return self.root / "credentials.json"

    @property
    def ports(self) -> Path:
        """The ports of the last start."""
        return self.root / "ports.json"

    @property
    def lock(self) -> Path:
        """Held while the stack is started or stopped."""
        return self.root / "lock"

    @property
    def supervisor_pid(self) -> Path:
        """Written by supervisord."""
        return self.root / "supervisord.pid"

    @property
    def restoring(self) -> Path:
        """Where a restore puts what it has copied, and what it replaces (`replaced`)."""
        return self.root / RESTORING

    @property
    def replaced(self) -> Path:
        """Exists while only a part of a restored backup is in its place."""
        return self.restoring / "old"

    @property
    def logs(self) -> Path:
        """A log per service and supervisord's own, bounded by rotation."""
        return self.root / "logs"

    @property
    def config(self) -> Path:
        """Files that are generated for the services at every start."""
        return self.root / "config"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: runs, events and schedules."""
        return self.root / "dagster"

    def data(self, service: str) -> Path:
        """Where a service keeps its data.

        Args:
            service: The service's name.

        Returns:
            A folder, which may not exist yet.
        """
        return self.root / "data" / service

    @property
    def is_ours(self) -> bool:
        """Whether it has the marker."""
        return os.path.isfile(self.root / MARKER)  # noqa: PTH113  # False too where nothing may be looked up

    @property
    def unusable_characters(self) -> str:
        """What of the path a service would read as a list or a pattern: SeaweedFS splits it, ClickHouse expands it."""
        return " ".join(character for character in f",{PATTERN_CHARACTERS}" if character in str(self.root))

    def create(self) -> None:
        """Create the folder and its sub-folders, readable by their owner only.

        Raises:
            InputError: Its path has a character that a service would not take for a part of it.
            StackError: The folder holds something else, belongs to the account that called `sudo`, or cannot be written
                to.
        """
        if found := self.unusable_characters:
            raise InputError(
                f"SHOP_HOME is {self.root}: a path with {found} is read as a list or a pattern of paths by the stack's "
                "services. Set it to another folder."
            )
        self.refuse_sudo()
        try:
            if not self.is_ours:
                self._require_own_folder()
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.root.chmod(0o700)
            (self.root / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
            for name in FOLDERS:
                (self.root / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise unwritable(self.root, error) from error

    def delete(self) -> None:
        """Delete everything that the stack created, and the folder itself if nothing else is in it.

        The marker is deleted last, and stays while something else is there, so that an interrupted deletion can be
        repeated and the folder be used again.

        Raises:
            StackError: The folder does not have our marker, or something cannot be deleted.
        """
        if not self.root.exists():
            return
        if not self.is_ours:
            raise StackError(
                f"{self.root} was not created by `shop up` (no {MARKER} in it), so nothing in it is deleted."
            )
        try:
            for name in (*FOLDERS, RESTORING, EXPLANATIONS):
                if (self.root / name).exists():
                    shutil.rmtree(self.root / name)
            for name in FILES:
                (self.root / name).unlink(missing_ok=True)
                _partial(self.root / name).unlink(missing_ok=True)
            if {entry.name for entry in self.root.iterdir()} <= {MARKER}:
                (self.root / MARKER).unlink()
                self.root.rmdir()
        except OSError as error:
            raise StackError(f"{error.filename or self.root} cannot be deleted: {error.strerror}.") from error

    def refuse_sudo(self) -> None:
        """Refuse root by `sudo`: what root writes to the folder of an account, this account could no longer use.

        Raises:
            StackError: The folder belongs to the account that called `sudo`.
        """
        caller = os.environ.get("SUDO_UID", "")
        if os.geteuid() == 0 and caller not in ("", "0") and self.is_ours and str(self.root.stat().st_uid) == caller:
            raise StackError(f"{self.root} belongs to the account that called sudo: run the command without sudo.")

    def _require_own_folder(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise StackError(f"SHOP_HOME is {self.root}, which is not a folder.")
        present = {entry.name for entry in self.root.iterdir()} if self.root.exists() else set()
        unknown = present - {*FOLDERS, *FILES, RESTORING, EXPLANATIONS}
        if unknown:
            names = ", ".join(sorted(unknown)[:3])
            raise StackError(f"{self.root} holds other things ({names} …). Set SHOP_HOME to an empty or a new folder.")


def unwritable(folder: Path, error: OSError) -> StackError:
    """Say that nothing can be written to a stack's folder, and what to do."""
    if error.errno == errno.EROFS:
        return StackError(f"{folder} is on a read-only disk: mount it for writing, or set SHOP_HOME to another folder.")
    return StackError(f"Cannot write to {folder} ({error.strerror}): set SHOP_HOME to a folder of yours.")


def write_private(path: Path, text: str) -> None:
    """Replace a file's content atomically, so that a reader sees the old or the new one; mode 0600 from the start."""
    partial = _partial(path)
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")
