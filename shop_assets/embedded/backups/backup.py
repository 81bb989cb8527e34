"""`shop backup`: a copy of the stack's data, keys and passwords, taken while the stack runs.

The services are paused together while their files are copied: all of them then have the same moment, and each the files
of a sudden end. Digests are computed afterwards. Dagster's databases are copied by SQLite itself, because its processes
go on. Logs and generated configuration are left out.

A backup is written beside its place and renamed when it is complete: one that was interrupted is begun again.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shop_assets.embedded.backups.backup_files import (
    OWNER_ONLY,
    copy_file,
    copy_tree,
    describe,
    require_space,
    tree_bytes,
    walk,
)
from shop_assets.embedded.errors import StackError, StackInputError
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.pausing import paused_services

DATA: Final = "data"
DAGSTER: Final = "dagster"
CREDENTIALS: Final = "credentials.json"
PORTS: Final = "ports.json"
PARTIAL: Final = ".shop-backup-partial"
"""The ending of a folder that is ours: what a killed backup left there is deleted."""

_SQLITE_ENDING: Final = ".db"
_SQLITE_JOURNALS: Final = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class BackupResult:
    """What was copied, and for how long the services were paused."""

    files: int
    bytes: int
    paused_seconds: float


def back_up(home: Home, folder: Path) -> BackupResult:
    """Copy a stack. The caller keeps other programs from starting, stopping and writing to it.

    Args:
        home: The folder of the stack, which may run.
        folder: Where the backup will be; it does not exist yet.

    Returns:
        What was copied.

    Raises:
        StackError: The folder exists, is inside the stack's or has too little space; or a service cannot be paused.
    """
    folder = folder.expanduser().resolve()
    _require_place(home, folder)
    require_space(folder.parent, _bytes_to_copy(home), "the backup")
    with _partial(folder) as partial:
        begun = time.monotonic()
        with paused_services(home.root):
            for name in (CREDENTIALS, PORTS):
                copy_file(home.root / name, partial / name)
            copy_tree(home.root / DATA, partial / DATA)
            created_at = datetime.now(UTC)
        paused_seconds = time.monotonic() - begun
        _copy_dagster(home.dagster, partial / DAGSTER)
        manifest = describe(partial, created_at)
        manifest.write(partial)
        os.sync()
    return BackupResult(len(manifest.files), tree_bytes(folder), paused_seconds)


def _require_place(home: Home, folder: Path) -> None:
    if not home.is_ours or not home.credentials.exists():
        raise StackError(f"{home.root} holds no data of a stack: set SHOP_HOME to the folder of the stack.")
    if folder.exists():
        raise StackInputError(f"{folder} exists: name a folder that the backup may create.")
    if folder.is_relative_to(home.root):
        raise StackInputError(f"{folder} is inside {home.root}, which is copied: name a folder outside of it.")
    if not folder.parent.is_dir():
        raise StackInputError(f"{folder.parent} is not a folder: create it first.")


def _bytes_to_copy(home: Home) -> int:
    return tree_bytes(home.root / DATA) + tree_bytes(home.dagster)


@contextlib.contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """A folder beside the backup's, which takes its place at the end."""
    partial = folder.with_name(folder.name + PARTIAL)
    try:
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir(mode=OWNER_ONLY)
    except OSError as error:
        kind = StackError if error.errno in (errno.ENOSPC, errno.EDQUOT) else StackInputError
        raise kind(f"{folder} cannot be created: {error.strerror}.") from error
    try:
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)  # the error above says more; the next backup deletes the rest
        raise
    partial.rename(folder)


def _copy_dagster(source: Path, target: Path) -> None:
    target.mkdir(mode=OWNER_ONLY)
    for path in walk(source):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(mode=OWNER_ONLY, exist_ok=True)
        elif path.name.endswith(_SQLITE_ENDING):
            _copy_database(path, copy)
        elif path.is_file() and not path.name.endswith(_SQLITE_JOURNALS):
            copy_file(path, copy)


def _copy_database(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as original,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
    target.chmod(0o600)
