"""Spark's life in this process: started when it is needed, and gone, with its Java, when the work is done."""

import logging
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOGGER: Final = logging.getLogger(__name__)

EXIT_SECONDS: Final = 30  # a stopped Spark leaves in about one second; then it is ended by force
DEATH_SECONDS: Final = 5.0
"""Connections of a killed process break some milliseconds before its end can be seen."""


def prepare_environment(java_home: str | None) -> None:
    """Sets what Spark's launcher and workers read from this process's environment.

    JAVA_HOME becomes `java_home` where it is given; Python workers run on this interpreter, and not on the first
    `python3` of the PATH, unless the environment says otherwise.
    """
    if java_home is not None:
        os.environ["JAVA_HOME"] = java_home
    for variable in ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
        os.environ.setdefault(variable, sys.executable)


def end(session: "SparkSession") -> None:
    """Stops the session and ends the Java process that ran it; also when that is gone already.

    `SparkSession.stop()` leaves its Java running until Python ends, with several hundred MiB that the stages after it
    need; PySpark has no public call that ends it. Its gateway ends on the end of its standard input, and PySpark starts
    another one when its own references are gone. Without its Java, `stop()` breaks off and leaves them all.
    """
    from py4j.protocol import Py4JError

    try:
        session.stop()
    except (Py4JError, OSError) as error:
        LOGGER.warning("Spark's Java was gone before Spark was stopped: %s", error)
        session.sparkContext.stop()  # the rest of it, which needs no Java
    finally:
        _forget_sessions()
        _end_java()


def java_ending() -> str | None:
    """How the Java that runs Spark has ended: its signal or exit code. None when it is there, or is not ours."""
    from pyspark import SparkContext

    java: subprocess.Popen[bytes] | None = getattr(SparkContext._gateway, "proc", None)  # noqa: SLF001  # see `end`
    if java is None:
        return None
    try:
        code = java.wait(DEATH_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _forget_sessions() -> None:
    from pyspark.sql import SparkSession, SQLContext

    SparkSession._instantiatedSession = None  # noqa: SLF001  # see `end`
    SparkSession._activeSession = None  # noqa: SLF001
    SQLContext._instantiatedContext = None  # noqa: SLF001


def _end_java() -> None:
    from pyspark import SparkContext

    gateway = SparkContext._gateway  # noqa: SLF001  # see `end`
    if gateway is None:
        return
    SparkContext._gateway = None  # noqa: SLF001
    SparkContext._jvm = None  # noqa: SLF001
    java: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    gateway.shutdown()
    if java is None:  # a gateway that somebody else started is theirs
        return
    if java.stdin is not None:
        java.stdin.close()
    try:
        java.wait(EXIT_SECONDS)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()
