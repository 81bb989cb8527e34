"""Spark's life in this process: started when it is needed, and gone, with its Java, when the work is done."""

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXIT_SECONDS: Final = 30  # a stopped Spark leaves in about one second; then it is ended by force


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
    """Stops the session and ends the Java process that ran it.

    `SparkSession.stop()` leaves its Java running until Python ends, with several hundred MiB that the stages after it
    need; PySpark has no public call that ends it. Its gateway ends on the end of its standard input, and PySpark starts
    another one when its own reference is gone.
    """
    from pyspark import SparkContext

    session.stop()
    gateway = SparkContext._gateway  # noqa: SLF001  # see above
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
