"""Importing a user's folder: its files are copied to landing unchanged, under the same relative paths.

`source_folder.py` decides what belongs to which kind; this module which files of it are copied. Their content does not
matter yet: a damaged file goes to landing like any other, so that later stages can store it with the reason.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from shop_assets.coordination import progress
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.files.file_order import modification_note
from shop_assets.landing.filling.source_folder import SourceFolder, key_prefixes, reason_to_skip, survey
from shop_assets.landing.filling.writing import WriteCounts, write_unless_equal
from shop_assets.object_store.bucket import Bucket

_CONTENT_TYPES: Final = {
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".gz": "application/gzip",
}
_NAMED_PROBLEMS: Final = 10
_LONGEST_KEY: Final = 1024  # bytes: the protocol's limit
# Python holds undecodable bytes of names as these surrogates. A `%XX` in a name is escaped too, or two files could get
# one key.
_NOT_IN_KEYS: Final = re.compile(r"[\\\udc80-\udcff]|%(?=[0-9A-F]{2})")

SkipReason = Literal["hidden", "links", "unreadable"]
"""`links` lead out of the folder, or to folders (which could form a cycle); `hidden` names begin with a dot, or are
those of tools' own files; `unreadable` are paths that the system does not let us read, that are not files at all, or
are too long for a key."""


@dataclass
class FolderImport:
    """The result of importing a kind's documents: files copied, and what was skipped and why."""

    written: WriteCounts = field(default_factory=WriteCounts)
    skipped: Counter[SkipReason] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    """The first ten links and unreadable paths, relative to the folder, with the reason."""

    def skip(self, path: str, count: SkipReason, reason: str | None) -> None:
        """Count a path that was skipped, and keep the first few.

        Args:
            path: The path, relative to the folder.
            count: As what it counts.
            reason: Why it was skipped.
        """
        self.skipped[count] += 1
        if len(self.problems) < _NAMED_PROBLEMS:
            self.problems.append(f"{path}: {reason}")


@dataclass(frozen=True)
class SourceFile:
    """A file to read: its path, its name relative to the folder, and its key in landing."""

    path: Path
    name: str
    key: str


def import_folder(bucket: Bucket, folder: Path, kind: DocumentKind) -> FolderImport:
    """Copy the kind's files to landing unless landing has the same bytes. Streams; deletes nothing."""
    folder_import = FolderImport()
    for source_file in source_files(survey(folder.resolve()), kind, folder_import):
        try:
            file = source_file.path.open("rb")
        except OSError as error:
            folder_import.skip(source_file.name, "unreadable", error.strerror)
            continue
        with file:
            noted = modification_note(os.fstat(file.fileno()).st_mtime)
            content_type = _CONTENT_TYPES.get(source_file.path.suffix.lower(), "application/octet-stream")
            write_unless_equal(
                bucket,
                source_file.key,
                file,
                content_type,
                folder_import.written,
                present=bucket.find(source_file.key),
                metadata=noted,
            )
            progress.advance(1)
    return folder_import


def source_files(source: SourceFolder, kind: DocumentKind, folder_import: FolderImport) -> Iterator[SourceFile]:
    """Go through the files of a kind.

    Args:
        source: The folder, whose path is resolved.
        kind: The kind.
        folder_import: Takes down what is skipped.

    Yields:
        The regular files, in the order of their names, folder by folder.
    """
    for start, prefix in key_prefixes(source, kind):
        for path in _files(source.root, start, folder_import):
            key = _escaped("/".join((prefix, *path.relative_to(start).parts)))
            name = _relative(source.root, path)
            if len(key.encode()) > _LONGEST_KEY:
                folder_import.skip(name, "unreadable", f"a path of more than {_LONGEST_KEY} bytes")
                continue
            yield SourceFile(path, name, key)


def _files(root: Path, start: Path, folder_import: FolderImport) -> Iterator[Path]:
    def skip_folder(error: OSError) -> None:
        folder_import.skip(_relative(root, Path(error.filename)), "unreadable", error.strerror)

    if start.is_symlink() and start.is_dir() and not start.resolve().is_relative_to(root):
        folder_import.skip(_relative(root, start), "links", "a link that leads out of the source folder")
        return
    if not start.is_dir():
        if _is_file(root, start, folder_import):
            yield start
        return
    for parent, folders, names in os.walk(start, onerror=skip_folder):
        here = Path(parent)
        for name in (*folders, *names):
            if reason_to_skip(name):
                folder_import.skip(_relative(root, here / name), "hidden", reason_to_skip(name))
        folders[:] = sorted(
            name for name in folders if not reason_to_skip(name) and _is_real(root, here / name, folder_import)
        )
        for name in sorted(names):
            if not reason_to_skip(name) and _is_file(root, here / name, folder_import):
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
    """The path under the source folder, with `/` between folders, as a text."""
    return _escaped("/".join(path.relative_to(root).parts))


def _escaped(path: str) -> str:
    """A path as a key.

    Bytes that are not UTF-8, and backslashes, become `%XX`: keys are text, and SeaweedFS takes a backslash for a `/`.
    The `%` of a `%XX` in a name does too.
    """
    return _NOT_IN_KEYS.sub(lambda found: f"%{ord(found[0]) & 0xFF:02X}", path)
