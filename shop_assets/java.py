"""The Java that is installed on this machine: where it is looked for, what it is, and whether Spark can start on it.

This module has what both the embedded stack and Spark need. `embedded/downloads/stack_java.py` downloads a Java from a
package, and wraps one without the module that PySpark requires.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from shop_assets.errors import InputError, ShopError

MINIMUM_VERSION: Final = 17
"""Required by PySpark 4, and more than Kafka and Ivy need."""

LANGUAGE_OPTIONS: Final = ("-Duser.language=en", "-Duser.country=US")
"""For every JVM: in Turkish, `"CLASSIC".toLowerCase()` is no name that Java programs know."""

VECTOR_MODULE: Final = "jdk.incubator.vector"
"""PySpark's launcher always requires it; only MLlib's vectors use it."""

ZONES_FILE: Final = Path("lib", "tzdb.dat")
"""The zones of a Java and their rules; its form is the same since Java 8."""

ZONES_BY_RULE: Final = frozenset({"EST", "GMT+0", "GMT-0", "HST", "MST"})
"""Names that are not in the file, but that Java takes for an offset."""

RESPONSE_TIMEOUT_SECONDS: Final = 30
"""`java -version` takes a fraction of a second; a machine may be very busy."""

InstalledSource = Literal["JAVA_HOME", "PATH"]


class JavaError(ShopError):
    """Spark cannot start on this machine's Java; the message says why and what to do."""


class JavaTimeZoneError(InputError):
    """This machine's Java does not know the time zone of a setting."""


@dataclass(frozen=True)
class JavaProperties:
    """The properties of a Java: its home, its version (8, 17, 21, …) and the names of its modules."""

    home: Path
    version: int
    modules: frozenset[str]


def java_advice(variable: str = "JAVA_HOME") -> str:
    """Say how to get a Java that Spark can start on.

    Args:
        variable: The environment variable that decides on this machine: a setting comes before JAVA_HOME.

    Returns:
        One sentence.
    """
    return (
        f"Set {variable} to a full Java {MINIMUM_VERSION} or newer (openjdk-17-jre-headless), or run `shop up`, which "
        "finds one."
    )


def java_candidates() -> list[tuple[InstalledSource, Path]]:
    """Where a `java` command may be, in the order in which Spark's launcher looks.

    Returns:
        The command of JAVA_HOME, which need not exist, and the one on the PATH; none when neither is set.
    """
    candidates: list[tuple[InstalledSource, Path]] = []
    if home := os.environ.get("JAVA_HOME"):
        candidates.append(("JAVA_HOME", Path(home) / "bin" / "java"))
    if on_path := shutil.which("java"):
        candidates.append(("PATH", Path(on_path)))
    return candidates


def java_properties(executable: Path) -> JavaProperties | None:
    """Read the properties of a Java.

    Args:
        executable: Its `java` command.

    Returns:
        The properties; None if it does not start (on macOS, `java` may be a stub that only prints advice).
    """
    try:
        answer = _run_java(executable, "-XshowSettings:properties", "--list-modules")
    except (OSError, subprocess.TimeoutExpired):
        return None
    output = answer.stdout + answer.stderr
    home = re.search(r"^\s*java\.home = (.+)$", output, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)", output, re.MULTILINE)
    if home is None or version is None:
        return None
    modules = frozenset(re.findall(r"^([a-z][\w.]*)@", output, re.MULTILINE))
    return JavaProperties(Path(home[1].strip()), int(version[1]), modules)


def require_java(variable: str = "JAVA_HOME") -> Path:
    """Find the `java` that Spark's launcher will run: of JAVA_HOME, else of the PATH.

    Args:
        variable: The environment variable that JAVA_HOME was set from, for the messages.

    Returns:
        The path of the command.

    Raises:
        JavaError: There is none, it is older than 17, or it lacks a module. Spark itself would only say that its
            gateway exited.
    """
    advice = java_advice(variable)
    candidates = java_candidates()
    if not candidates:
        raise JavaError(f"Spark needs Java, and there is none on the PATH and no {variable}. {advice}")
    source, java = candidates[0]
    if source == "JAVA_HOME" and not java.is_file():
        raise JavaError(
            f"Spark needs Java, and {variable} names {os.environ['JAVA_HOME']}, which has no bin/java. {advice}"
        )
    try:
        # One start shows both the module and the version. The wrapper that `shop up` writes for a Java without the
        # module ignores the argument.
        answer = _run_java(java, f"--add-modules={VECTOR_MODULE}", "-version")
        version = _version(answer.stderr) or _version(_run_java(java, "-version").stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JavaError(f"Spark needs Java, and {java} does not run: {error}. {advice}") from error
    if version is None or version < MINIMUM_VERSION:
        found = f"is version {version}" if version else "does not print its version"
        raise JavaError(f"Spark needs Java {MINIMUM_VERSION} or newer, and {java} {found}. {advice}")
    if answer.returncode != 0:
        raise JavaError(f"Spark needs the Java module {VECTOR_MODULE}, and {java} lacks it. {advice}")
    return java


def refuse_unknown_time_zone(java: Path, zone: str, variable: str) -> None:
    """Check that a Java knows a time zone: new ones are in Python's data years before they are in a machine's Java.

    Args:
        java: Its `java` command; one that cannot be examined is not refused.
        zone: The name of the zone.
        variable: The environment variable that named it, for the message.

    Raises:
        JavaTimeZoneError: The Java has a list of zones, and this one is not in it.
    """
    known = _time_zones(java)
    if known and zone not in known | ZONES_BY_RULE:
        raise JavaTimeZoneError(
            f"{variable} is {zone}, and {java} does not know this time zone: use a newer Java, or another zone with "
            "the same times."
        )


def _time_zones(java: Path) -> frozenset[str]:
    """The zones in a Java's `lib/tzdb.dat`; none if there is no such file, or another version of it."""
    try:
        listed = java.resolve().parents[1] / ZONES_FILE
        if not listed.is_file():  # a wrapper
            found = java_properties(java)
            listed = found.home / ZONES_FILE if found else listed
        with listed.open("rb") as file:
            if file.read(1) != b"\x01" or _text(file) != "TZDB":
                return frozenset()
            for _ in range(_number(file)):  # versions, such as 2025a
                _text(file)
            return frozenset(_text(file) for _ in range(_number(file)))
    except (OSError, ValueError):
        return frozenset()


def _number(file: BinaryIO) -> int:
    return int.from_bytes(file.read(2), "big")


def _text(file: BinaryIO) -> str:
    return file.read(_number(file)).decode()


def _run_java(java: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # the Java that this user's own environment names
        [java, *arguments], capture_output=True, text=True, timeout=RESPONSE_TIMEOUT_SECONDS, check=False
    )


def _version(output: str) -> int | None:
    found = re.search(r'version "(?:1\.)?(\d+)', output)
    return int(found[1]) if found else None
