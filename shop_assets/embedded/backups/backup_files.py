"""A backup as files: the folders and files of a stack, and a manifest with the digest of each.

What a backup holds is decided in `backup.py`; where it is restored to, in `restoring.py`.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shop_assets.embedded.errors import StackError, StackInputError
from shop_assets.embedded.home import write_private

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
CHUNK_BYTES: Final = 1024 * 1024
OWNER_ONLY: Final = 0o700


@dataclass(frozen=True)
class BackupManifest:
    """What a backup holds, by paths below it: folders, links with their targets, and files with their digests.

    Folders are listed because some of the services' are empty, and links because ClickHouse has them.
    """

    created_at: datetime
    folders: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by path."""

    def write(self, folder: Path) -> None:
        """Write it into the backup, as the last of its files."""
        content = {
            "format": FORMAT,
            "created_at": self.created_at.isoformat(),
            "folders": self.folders,
            "links": self.links,
            "files": self.files,
        }
        write_private(folder / MANIFEST, json.dumps(content, indent=1, sort_keys=True))

    @classmethod
    def load(cls, folder: Path) -> "BackupManifest":
        """Read the manifest of a backup.

        Raises StackError if the folder holds no complete backup, or one of another release.
        """
        try:
            content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise StackError(
                    f"{folder} has the format {content['format']} of another release: restore it with that release."
                )
            manifest = cls(
                datetime.fromisoformat(content["created_at"]), content["folders"], content["links"], content["files"]
            )
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise StackInputError(f"{folder} holds no complete backup: {MANIFEST} is missing or damaged.") from error
        manifest.require_inside()
        return manifest

    def require_inside(self) -> None:
        """Raise StackError unless every path stays inside the folder of the stack."""
        for name in (*self.folders, *self.links, *self.files):
            path = Path(name)
            target = os.path.normpath(path.parent / self.links.get(name, "."))
            if path.is_absolute() or ".." in path.parts or Path(target).is_absolute() or target.startswith(".."):
                raise StackError(f"{MANIFEST} names {name}, which is outside of the backup: it was changed.")


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with its links; everything is for the owner only. Files that vanish meanwhile are left out."""
    target.mkdir(mode=OWNER_ONLY, parents=True)
    for entry in os.scandir(source):
        copy = target / entry.name
        if entry.is_symlink():
            copy.symlink_to(Path(entry.path).readlink())
        elif entry.is_dir():
            copy_tree(Path(entry.path), copy)
        elif entry.is_file():  # a socket is of the process that listens on it
            copy_file(Path(entry.path), copy)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, for the owner only; nothing happens if it has vanished."""
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
    else:
        target.chmod(source.stat().st_mode & OWNER_ONLY if source.exists() else 0o600)


def tree_bytes(folder: Path) -> int:
    """The size of all files of a folder."""
    return sum(path.lstat().st_size for path in walk(folder) if path.is_file() and not path.is_symlink())


def walk(folder: Path) -> Iterator[Path]:
    """Every path below a folder, a folder before its contents; links are not followed."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent) / name for name in sorted(folders + files))


def describe(folder: Path, created_at: datetime) -> BackupManifest:
    """The manifest of a folder; it reads every file."""
    manifest = BackupManifest(created_at)
    for path in walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            manifest.links[name] = str(path.readlink())
        elif path.is_dir():
            manifest.folders.append(name)
        else:
            manifest.files[name] = digest(path)
    return manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_space(folder: Path, needed: int, purpose: str) -> None:
    """Raise StackError unless the disk of a folder has room for some bytes, and a twentieth more."""
    free = shutil.disk_usage(folder).free
    if free < needed * 1.05:
        raise StackError(
            f"The disk of {folder} has {free / 2**20:,.0f} MiB free, and {purpose} needs "
            f"{needed * 1.05 / 2**20:,.0f} MiB. Nothing was written: choose another folder, or make room."
        )
