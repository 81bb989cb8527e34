"""Kafka's and Spark's jars: downloaded once into the cache, and verified against the checksums in `jars.lock`.

`ivy_files/*.xml` names what is needed, `jars.lock` lists every file that it resolves to. To change a version: edit the
ivy file, run `python -m shop_assets.embedded.downloads.lock_jars`, and review the change of `jars.lock`.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Final

from filelock import FileLock
from rich.console import Console

from shop_assets.embedded.downloads.download_progress import download_shown
from shop_assets.embedded.downloads.ivy import resolve
from shop_assets.embedded.downloads.stack_java import Java
from shop_assets.embedded.errors import StackError
from shop_assets.temporary_folders import temporary_folder

SETS: Final = ("kafka", "spark")
LOCK: Final = "jars.lock"

Checksums = dict[str, str]


def ensure_jars(cache: Path, java: Java, console: Console) -> dict[str, Path]:
    """The folder of each set, complete and undamaged; downloads what is missing.

    A set with a missing, damaged or surplus file is downloaded again as a whole. Raises StackError if the download does
    not match `jars.lock`.
    """
    folders = jar_folders(cache)
    for jar_set, checksums in read_lock().items():
        folder = folders[jar_set]
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):  # two stacks may start at once
            if differences(folder, checksums):
                _download(jar_set, folder, checksums, java, cache, console)
    return folders


def jar_folders(cache: Path) -> dict[str, Path]:
    """The folder of each set once it is downloaded; another set of files has another folder."""
    names = {
        jar_set: hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()[:12]
        for jar_set, checksums in read_lock().items()
    }
    return {jar_set: cache / "jars" / f"{jar_set}-{name}" for jar_set, name in names.items()}


def differences(folder: Path, checksums: Checksums) -> list[str]:
    """What of the folder is missing, damaged or surplus, one line each; nothing if it matches the lock."""
    found = {file.name: file for file in folder.glob("*")} if folder.is_dir() else {}
    problems = [f"{name} is missing" for name in checksums.keys() - found.keys()]
    problems += [f"{name} is not in {LOCK}" for name in found.keys() - checksums.keys()]
    problems += [
        f"{name} is damaged" for name in checksums.keys() & found.keys() if _checksum(found[name]) != checksums[name]
    ]
    return sorted(problems)


def read_lock() -> dict[str, Checksums]:
    """The checksums (SHA-256) by set and file name."""
    lock: dict[str, Checksums] = {jar_set: {} for jar_set in SETS}
    text = resources.files("shop_assets.embedded.downloads").joinpath(LOCK).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        checksum, _, path = line.partition("  ")
        jar_set, _, name = path.partition("/")
        lock[jar_set][name] = checksum
    return lock


def _download(jar_set: str, target: Path, checksums: Checksums, java: Java, cache: Path, console: Console) -> None:
    steps = 2 * len(checksums)  # each jar is looked up and fetched
    with (
        temporary_folder(f"{jar_set}-", cache) as scratch,
        download_shown(console, f"{jar_set}'s jars", steps) as step,
    ):
        downloaded = scratch / "jars"
        resolve_set(jar_set, downloaded, java, cache, step)
        if problems := differences(downloaded, checksums):
            raise StackError(
                f"The download for {jar_set} does not match {LOCK}, so it is not used: {'; '.join(problems[:5])}"
            )
        shutil.rmtree(target, ignore_errors=True)
        downloaded.replace(target)


def resolve_set(jar_set: str, into: Path, java: Java, cache: Path, on_step: Callable[[], None]) -> None:
    """Resolves one set's ivy file into the folder `into`."""
    wanted = resources.files("shop_assets.embedded.downloads").joinpath("ivy_files", f"{jar_set}.xml")
    with resources.as_file(wanted) as ivy_file:
        resolve(ivy_file, into, java, cache, on_step)


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
