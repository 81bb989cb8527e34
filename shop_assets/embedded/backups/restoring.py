"""`shop restore`: a backup becomes the data of a stack, in the same folder or in another one.

Everything is copied and compared with its digest before anything takes its place. While only a part of it has,
`Home.replaced` exists and the stack does not start. A restore that was interrupted is begun again.
"""

import hashlib
import shutil
from pathlib import Path

from shop_assets.embedded.backups.backup import CREDENTIALS, DAGSTER, DATA, PORTS
from shop_assets.embedded.backups.backup_files import CHUNK_BYTES, OWNER_ONLY, BackupManifest, require_space, tree_bytes
from shop_assets.embedded.errors import StackError, StackInputError
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.stack_processes import stack_processes
from shop_assets.language.counts import counted


def restore(home: Home, folder: Path, *, replace: bool = False) -> BackupManifest:
    """Put a backup in the place of a stack's data. The caller keeps the stack from being started meanwhile.

    Args:
        home: The folder of the stack, which is not running.
        folder: The backup.
        replace: Delete the data that the folder of the stack has now.

    Returns:
        The manifest of the backup.

    Raises:
        StackError: The stack runs or has data, or the backup is incomplete, damaged or too large for the disk. Unless
            the message says otherwise, nothing was changed.
    """
    folder = folder.expanduser().resolve()
    manifest = BackupManifest.load(folder)
    _require_free(home, replace=replace)
    require_space(home.root, tree_bytes(folder), "the restored data")
    copied = home.restoring / "new"
    shutil.rmtree(copied, ignore_errors=True)
    try:
        _copy(manifest, folder, copied)
    except BaseException:
        shutil.rmtree(copied, ignore_errors=True)  # the error above says more
        raise
    _exchange(home, copied)
    shutil.rmtree(home.restoring)
    return manifest


def _require_free(home: Home, *, replace: bool) -> None:
    if stack_processes(home.root):
        raise StackError(f"A stack runs in {home.root}: stop it with `shop down`, then restore.")
    has_data = home.credentials.exists() or any((home.root / DATA).iterdir())
    if has_data and not replace and not home.replaced.exists():
        raise StackInputError(
            f"{home.root} has the data of a stack: set SHOP_HOME to a new folder, or delete that data with --replace."
        )


def _copy(manifest: BackupManifest, source: Path, target: Path) -> None:
    target.mkdir(mode=OWNER_ONLY, parents=True)
    for name in manifest.folders:  # a folder comes before its contents
        (target / name).mkdir(mode=OWNER_ONLY)
    for name, link in manifest.links.items():
        (target / name).symlink_to(link)
    damaged = [name for name, digest in manifest.files.items() if _copy_file(source / name, target / name) != digest]
    if damaged:
        raise StackError(
            f"The backup {source} is damaged: {counted(len(damaged), 'file is', 'files are')} missing or changed, of "
            f"{len(manifest.files):,}, such as {damaged[0]}. Restore another backup."
        )


def _copy_file(source: Path, target: Path) -> str | None:
    """The digest of what was copied; None if there is no such file."""
    found = hashlib.sha256()
    if not source.is_file() or source.is_symlink():
        return None
    with source.open("rb") as original, target.open("wb") as copy:
        while chunk := original.read(CHUNK_BYTES):
            found.update(chunk)
            copy.write(chunk)
    target.chmod(source.stat().st_mode & OWNER_ONLY)
    return found.hexdigest()


def _exchange(home: Home, copied: Path) -> None:
    home.replaced.mkdir(mode=OWNER_ONLY, exist_ok=True)
    for name in (DATA, DAGSTER, CREDENTIALS, PORTS):
        present = home.root / name
        if present.exists():
            if (home.replaced / name).exists():  # a restore was interrupted: what is present is its part of a backup
                _remove(present)
            else:
                present.rename(home.replaced / name)
        if (copied / name).exists():
            (copied / name).rename(present)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
