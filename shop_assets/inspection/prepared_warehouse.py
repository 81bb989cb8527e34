"""The empty warehouse that every inspection starts with, made once and then unpacked from the user's cache.

To create the views costs ClickHouse's engine two seconds and more, to open a folder that has them a third of a second.
An archive is made from one version of the engine, of `sql/` and of the rules; its name says which. Whatever goes wrong
with the cache costs these seconds, and never the inspection.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import zipfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

from shop_assets.cache import cache_folder
from shop_assets.documents import currency_words, kinds, mark_words, nothing, product_groups, truth_words
from shop_assets.warehouse.mart import reading_rules
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.statements import cluster, migrations, sql_templates

KEPT: Final = 5
"""How many archives stay, a quarter of a megabyte each: somebody may try several settings in turn."""

_PARTS_KEPT: Final = 20
"""So many unfinished archives stay: others may be writing them. The rest is what killed inspections left."""

_ENGINE: Final = ("chdb", "chdb-core")
"""The packages of the engine: the first requires of the second, which has it, only a lowest version."""

_CODE: Final = (
    currency_words,
    kinds,
    mark_words,
    nothing,
    truth_words,
    product_groups,
    cluster,
    reading_rules,
    sql_templates,
    migrations,
)
"""The modules that make statements of the files and apply them."""


def archive_of(rules: ReadingRules) -> Path:
    """Where the archive of an empty warehouse is, or would be.

    Args:
        rules: How values are read.

    Returns:
        Its path in the cache. Another engine, another statement or another rule gives another path.
    """
    digest = hashlib.sha256(f"{' '.join(map(version, _ENGINE))} {rules}".encode())
    folders = [sql_templates.sql_folder() / name for name in (*migrations.FOLDERS, "macros")]
    files = [path for folder in folders for path in sorted(folder.glob("*.sql"))]
    for path in (*files, *(Path(str(module.__file__)) for module in _CODE)):
        # The files as they are: to render the templates costs as much as to unpack the archive.
        digest.update(f"\0{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return cache_folder() / "inspection" / f"warehouse-{digest.hexdigest()[:32]}.zip"


def unpack(archive: Path, folder: Path) -> bool:
    """Unpack an archive.

    Args:
        archive: Its path.
        folder: The data folder of an engine, which is not there yet.

    Returns:
        Whether it was there and whole; otherwise there is no folder either.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)  # compares each file with its checksum
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    with contextlib.suppress(OSError):  # another user's cache, for example
        os.utime(archive)  # those that were not used for the longest time are removed first
    return True


def discard(archive: Path, folder: Path) -> None:
    """Remove an archive with which the engine cannot begin, and what was unpacked of it.

    Args:
        archive: Its path.
        folder: Where it was unpacked.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        archive.unlink()


def pack(folder: Path, archive: Path) -> None:
    """Put an archive into the cache, if that can be written to, and remove those that were not used for long.

    Args:
        folder: The data folder of an engine that was closed.
        archive: Its path.
    """
    # Renamed when it is whole: others read and write here at the same time.
    part = archive.with_name(f"{secrets.token_hex(8)}.part")
    with contextlib.suppress(OSError):
        archive.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(folder, part)
            part.replace(archive)
        finally:
            part.unlink(missing_ok=True)
        _remove_unused(archive.parent)


def _write(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        # Without the links between folders, which the engine makes again when it opens them.
        for root, _, names in os.walk(folder):
            for name in names:
                path = Path(root, name)
                packed.write(path, path.relative_to(folder))


def _remove_unused(cache: Path) -> None:
    for pattern, kept in (("*.zip", KEPT), ("*.part", _PARTS_KEPT)):
        files = sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[kept:]:
            path.unlink(missing_ok=True)
