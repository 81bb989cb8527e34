"""The checks of `shop doctor` that concern the machine and not the stack: environment, host name, terminal, disk."""

import os
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from shop_assets.cache import CacheError, require_usable
from shop_assets.embedded.errors import StackError
from shop_assets.embedded.examination.finding import Finding
from shop_assets.language.counts import counted
from shop_assets.loopback import LOOPBACK

OPEN_FILES: Final = 1024
"""What supervisord asks for."""

INODES: Final = 20_000
"""Files that a stack, Spark and a year of runs make."""

CLOCK_SECONDS: Final = 5.0
"""Documents, files and leases are ordered by time; file systems round theirs to two seconds at most."""

PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")


def require_open_files() -> None:
    """Check this process's limit of open files.

    Raises:
        StackError: It is too low for the stack, and only a shell or an administrator can raise it.
    """
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit != resource.RLIM_INFINITY and limit < OPEN_FILES:
        raise StackError(f"The limit of open files is {limit}, and {OPEN_FILES} are needed: raise it (ulimit -Hn).")


def surroundings(root: Path, cache: Path | None, ignored: Iterable[str]) -> Iterator[Finding]:
    """Examine what is around the stack.

    Args:
        root: A folder that exists, on the disk of SHOP_HOME.
        cache: The folder of what is downloaded; None where there is none.
        ignored: The variables of other programs that this command removed from its environment.

    Yields:
        A finding per thing.
    """
    if cache is not None:
        yield _cache(cache)
    yield _inodes(root)
    yield _clock(root)
    yield _variables(sorted(ignored))
    yield _proxies()
    yield _host_name()
    yield terminal()


def _cache(cache: Path) -> Finding:
    try:
        require_usable(cache)
    except CacheError as error:
        return Finding("cache", "problem", error.found, error.advice)
    return Finding("cache", "ok", str(cache))


def _inodes(root: Path) -> Finding:
    disk = os.statvfs(root)
    if disk.f_files and disk.f_favail < INODES:  # some file systems do not count them
        return Finding(
            "files", "problem", f"room for {counted(disk.f_favail, 'more file')}", "set SHOP_HOME to another disk"
        )
    return Finding("files", "ok", "room for more files")


def _clock(root: Path) -> Finding:
    """A disk of another machine dates files by that machine's clock."""
    try:
        with tempfile.NamedTemporaryFile(dir=root, prefix=".clock-") as file:
            difference = os.fstat(file.fileno()).st_mtime - time.time()
    except OSError as error:
        return Finding("clock", "note", f"no file can be dated in {root}: {error.strerror}", "make the folder writable")
    if abs(difference) > CLOCK_SECONDS:
        ahead = "ahead of" if difference > 0 else "behind"
        return Finding(
            "clock", "problem", f"that of the disk of {root} is {abs(difference):.0f} s {ahead} this machine's",
            "set both by NTP, or set SHOP_HOME to a disk of this machine",
        )  # fmt: skip
    return Finding("clock", "ok", "this machine's and the disk's agree")


def _variables(ignored: list[str]) -> Finding:
    if ignored:
        return Finding(
            "environment", "note", f"ignored, as they are of other programs: {', '.join(ignored)}",
            f"nothing needs to be done; `unset {' '.join(ignored)}` removes them",
        )  # fmt: skip
    return Finding("environment", "ok", "no variables of other programs")


def _proxies() -> Finding:
    named = [name for name in os.environ if name.lower() in PROXIES]
    if named:
        return Finding("proxy", "ok", f"{', '.join(named)}: for downloads, not for {LOOPBACK}")
    return Finding("proxy", "ok", "none")


def _host_name() -> Finding:
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        return Finding(
            "host name", "note", f"{name} does not resolve; Spark in local mode does not need it",
            f"other programs may: add `127.0.0.1 {name}` to /etc/hosts",
        )  # fmt: skip
    return Finding("host name", "ok", f"{name} resolves")


def terminal() -> Finding:
    """Examine the encoding of the standard output."""
    stream = getattr(sys.stdout, "rich_proxied_file", sys.stdout)  # a spinner's stand-in has no encoding
    encoding = stream.encoding or "unknown"
    try:
        "✓ …ж".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return Finding(
            "terminal", "note", f"its encoding, {encoding}, lacks characters; they are printed as ?",
            "use a UTF-8 locale, or export PYTHONIOENCODING=utf-8",
        )  # fmt: skip
    return Finding("terminal", "ok", encoding)
