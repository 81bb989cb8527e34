"""Whether the Java that Spark is about to start on can run it. Where a Java comes from is not decided here."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from shop_assets.errors import ShopError

MINIMUM_VERSION: Final = 17  # of PySpark 4
VECTOR_MODULE: Final = "jdk.incubator.vector"  # Spark's launcher always asks for it
ANSWER_SECONDS: Final = 30  # a fraction of a second is usual; a machine may be very busy
ADVICE: Final = "Set JAVA_HOME to a full Java 17 or newer (openjdk-17-jre-headless), or run `shop up`, which finds one."


class JavaError(ShopError):
    """Spark cannot start on this machine's Java; the message says why and what to do."""


def require_java() -> Path:
    """The `java` that Spark's launcher will run: of JAVA_HOME, else of the PATH.

    Raises JavaError when there is none, when it is older than 17 or when it lacks a module: Spark itself would only
    say that its gateway exited.
    """
    java = _launchers_java()
    # One start answers both questions; the wrapper that `shop up` makes for a smaller Java drops the argument.
    answer = _run_java(java, f"--add-modules={VECTOR_MODULE}", "-version")
    version = _version(answer.stderr) or _version(_run_java(java, "-version").stderr)
    if version is None or version < MINIMUM_VERSION:
        found = f"is version {version}" if version else "does not tell its version"
        raise JavaError(f"Spark needs Java {MINIMUM_VERSION} or newer, and {java} {found}. {ADVICE}")
    if answer.returncode != 0:
        raise JavaError(f"Spark needs the Java module {VECTOR_MODULE}, and {java} lacks it. {ADVICE}")
    return java


def _launchers_java() -> Path:
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / "java"
        if not java.is_file():
            raise JavaError(f"Spark needs Java, and JAVA_HOME names {home}, which has no bin/java. {ADVICE}")
        return java
    on_path = shutil.which("java")
    if on_path is None:
        raise JavaError(f"Spark needs Java, and there is none on the PATH and no JAVA_HOME. {ADVICE}")
    return Path(on_path)


def _run_java(java: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  # the Java that this user's own environment names
            [java, *arguments], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JavaError(f"Spark needs Java, and {java} does not run: {error}. {ADVICE}") from error


def _version(said: str) -> int | None:
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None
