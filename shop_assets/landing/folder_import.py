"""Importing a user's folder: its files are copied to landing unchanged, under the same relative paths.

This module decides which files of `DIR/stores|products|customers|purchases/` are copied. Their content does not matter
yet: a damaged file goes to landing like any other, so that later stages can store it with the reason.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.errors import ShopError
from shop_assets.landing.writing import WriteCounts, write_changed
from shop_assets.object_store.bucket import Bucket

_CONTENT_TYPES: Final = {".json": "application/json", ".jsonl": "application/x-ndjson", ".gz": "application/gzip"}
_NAMED_PROBLEMS: Final = 10
_LONGEST_KEY: Final = 1024  # bytes: the protocol's limit
# Python holds undecodable bytes of names as these surrogates. A `%XX` in a name is escaped too, or two files could get
# one key.
_NOT_IN_KEYS: Final = re.compile(r"[\\\udc80-\udcff]|%(?=[0-9A-F]{2})")


class SourceFolderError(ShopError):
    """The folder cannot be imported at all; the message says what is expected."""


@dataclass
class FolderImport:
    """The result of importing a kind's folder: files copied, and what was skipped and why.

    `links` lead out of the folder, or to folders (which could form a cycle); `hidden` names begin with a dot;
    `unreadable` are paths that the system does not let us read, that are not files at all, or are too long for a key.
    """

    written: WriteCounts = field(default_factory=WriteCounts)
    files: int = 0
    hidden: int = 0
    links: int = 0
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)
    """The first ten links and unreadable paths, relative to the folder, with the reason."""

    def skip(self, path: str, count: Literal["links", "unreadable"], reason: str | None) -> None:
        """Count a path that was skipped, and keep the first few."""
        if count == "links":
            self.links += 1
        else:
            self.unreadable += 1
        if len(self.problems) < _NAMED_PROBLEMS:
            self.problems.append(f"{path}: {reason}")


def kinds_in_folder(folder: Path) -> list[DocumentKind]:
    """The kinds that the folder has. Raises SourceFolderError if it does not exist or has none of the four."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise SourceFolderError(f"The source {str(folder)!r} {what}. {_EXPECTED}")
    kinds = [kind for kind in KINDS if (folder / kind.name).is_dir()]
    if not kinds:
        raise SourceFolderError(f"The source folder {str(folder)!r} has none of the four folders. {_EXPECTED}")
    return kinds


_EXPECTED: Final = (
    "Expected: a folder with stores/, products/, customers/ and purchases/ (at least one of them), "
    "which hold .json, .jsonl or .jsonl.gz files."
)


def import_folder(bucket: Bucket, folder: Path, kind: DocumentKind) -> FolderImport:
    """Copy the kind's files to landing unless landing has the same bytes. Streams; deletes nothing."""
    root = folder.resolve()
    folder_import = FolderImport()
    for path in _files(root, kind, folder_import):
        if len(_relative(root, path).encode()) > _LONGEST_KEY:
            folder_import.skip(_relative(root, path), "unreadable", f"a path of more than {_LONGEST_KEY} bytes")
            continue
        try:
            file = path.open("rb")
        except OSError as error:
            folder_import.skip(_relative(root, path), "unreadable", error.strerror)
            continue
        with file:
            content_type = _CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")
            write_changed(bucket, _relative(root, path), file, content_type, folder_import.written)
            folder_import.files += 1
    return folder_import


def _files(root: Path, kind: DocumentKind, folder_import: FolderImport) -> Iterator[Path]:
    """The regular files under the kind's folder, in the order of their names, folder by folder."""

    def skip_folder(error: OSError) -> None:
        folder_import.skip(_relative(root, Path(error.filename)), "unreadable", error.strerror)

    start = root / kind.name
    if start.is_symlink() and not start.resolve().is_relative_to(root):
        folder_import.skip(kind.name, "links", "a link that leads out of the source folder")
        return
    for parent, folders, names in os.walk(start, onerror=skip_folder):
        here = Path(parent)
        folder_import.hidden += sum(name.startswith(".") for name in (*folders, *names))
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and _is_real(root, here / name, folder_import)
        )
        for name in sorted(names):
            if not name.startswith(".") and _is_file(root, here / name, folder_import):
                yield here / name


def _is_real(root: Path, folder: Path, folder_import: FolderImport) -> bool:
    if folder.is_symlink():
        folder_import.skip(_relative(root, folder), "links", "a link to a folder")
        return False
    return True


def _is_file(root: Path, path: Path, folder_import: FolderImport) -> bool:
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        folder_import.skip(_relative(root, path), "links", "a link that leads out of the source folder")
        return False
    if not path.is_file():  # a pipe would wait indefinitely
        folder_import.skip(_relative(root, path), "unreadable", "not a regular file")
        return False
    return True


def _relative(root: Path, path: Path) -> str:
    """The path under the source folder, with `/` between folders: the key of the object.

    Bytes that are not UTF-8, and backslashes, become `%XX`: keys are text, and SeaweedFS takes a backslash for a `/`.
    The `%` of a `%XX` in a name does too.
    """
    return _NOT_IN_KEYS.sub(lambda found: f"%{ord(found[0]) & 0xFF:02X}", "/".join(path.relative_to(root).parts))
