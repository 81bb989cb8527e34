"""Spark's lifecycle in this process: started when it is needed, ended with its Java when the work is done."""

import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shop_assets.java import JavaError
from shop_assets.loopback import LOOPBACK
from shop_assets.settings import variable as variable_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOGGER: Final = logging.getLogger(__name__)

EXIT_SECONDS: Final = 30  # a stopped Spark exits in about one second; after this it is killed
EXIT_DETECTION_SECONDS: Final = 5.0
"""Connections of a killed process break some milliseconds before its exit can be seen."""


def prepare_environment(java_home: str | None, scratch: Path, *, is_local: bool) -> None:
    """Set what Spark's launcher and workers read from this process's environment.

    Python workers run on this interpreter, and not on the first `python3` of the PATH, unless the environment says
    otherwise. The Spark is that of the PySpark package, whatever SPARK_HOME names. In local mode Spark does not ask for
    this machine's address, so that its host name need not resolve.

    Args:
        java_home: The new JAVA_HOME; None leaves it as it is.
        scratch: Where Java may put temporary files in local mode if the temporary folder does not serve.
        is_local: Whether Spark runs in local mode.

    Raises:
        JavaError: No folder serves for temporary files.
    """
    os.environ.pop("SPARK_HOME", None)
    if is_local:
        os.environ |= {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_HOSTNAME": LOOPBACK}
        folder = temporary_folder(scratch)
        hadoop = hadoop_folder(folder, scratch)
        options = (f"-Djava.io.tmpdir={folder}", f"-Dspark.hadoop.hadoop.tmp.dir={hadoop}")
        ours = " ".join(map(_quoted, options))
        # What the environment gives, such as a trust store, comes after ours and wins; ours may be there from before.
        given = os.environ.get("SPARK_SUBMIT_OPTS", "").removeprefix(ours).strip()
        os.environ["SPARK_SUBMIT_OPTS"] = f"{ours} {given}".strip()
    if java_home is not None:
        os.environ["JAVA_HOME"] = java_home
    for variable in ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
        os.environ.setdefault(variable, sys.executable)


def _quoted(option: str) -> str:
    """An option as Spark's launcher reads it."""
    escaped = option.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def temporary_folder(scratch: Path) -> Path:
    """Find a folder for Java's temporary files, which include libraries that it unpacks and runs.

    Java knows neither TMPDIR nor that `/tmp` may be mounted noexec: Parquet could then not be compressed. Spark and
    Hadoop take a path with a comma for two.

    Args:
        scratch: The folder to use if the temporary folder does not serve; it is created.

    Returns:
        The folder.

    Raises:
        JavaError: `scratch` is needed, and cannot be created.
    """
    folder = Path(tempfile.gettempdir())
    if "," not in str(folder) and not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0):
        return folder
    try:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(scratch, error) from error
    return scratch


def hadoop_folder(temporary: Path, scratch: Path) -> Path:
    """Find a folder of this account alone for Hadoop, in which S3A collects customers' data before it sends them.

    A name that all accounts share would belong to the first of them: the others could not write there, and its owner
    could read what they write.

    Args:
        temporary: The folder for temporary files; everybody may create something in it.
        scratch: The folder to use if another account has taken the name in `temporary`; it is created.

    Returns:
        The folder, of mode 0700.

    Raises:
        JavaError: `scratch` is needed, and cannot be created.
    """
    folder = temporary / f"hadoop-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            folder.chmod(0o700)
            return folder
        LOGGER.warning("%s is not a folder of this account: Hadoop's temporary files go to %s", folder, scratch)
    except OSError as error:
        LOGGER.warning("%s cannot be created (%s): Hadoop's temporary files go to %s", folder, error.strerror, scratch)
    folder = scratch / "hadoop"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _no_folder(folder, error) from error
    return folder


def _no_folder(folder: Path, error: OSError) -> JavaError:
    return JavaError(
        f"Spark has no folder for temporary files: {folder} cannot be created ({error.strerror}). Set "
        f"{variable_of('home')} to a folder of yours."
    )


@contextmanager
def private_files() -> Iterator[None]:
    """Let a Java that is started in the block write files that only its own account can read.

    Its blocks of customers' data are in `/tmp`, in a folder that Spark leaves open to all.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def end(session: "SparkSession") -> None:
    """Stop the session and end the Java process that ran it, even if the process is gone already.

    `SparkSession.stop()` leaves its Java running until Python ends, with several hundred MiB that the stages after it
    need; PySpark has no public call that ends it. The gateway exits when its standard input is closed, and PySpark
    starts another one when its own references are gone. Without its Java, `stop()` fails and leaves them all.
    """
    from py4j.protocol import Py4JError

    try:
        session.stop()
    except (Py4JError, OSError) as error:
        LOGGER.warning("Spark's Java was gone before Spark was stopped: %s", error)
        session.sparkContext.stop()  # the remaining part, which does not need Java
    finally:
        _forget_sessions()
        _end_java()


def java_ending() -> str | None:
    """How Spark's Java has ended: its signal or exit code. None while it runs, or when it is not a child of ours."""
    from pyspark import SparkContext

    java: subprocess.Popen[bytes] | None = getattr(SparkContext._gateway, "proc", None)  # noqa: SLF001  # see `end`
    if java is None:
        return None
    try:
        code = java.wait(EXIT_DETECTION_SECONDS)
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
    if java is None:  # another process started this gateway
        return
    if java.stdin is not None:
        java.stdin.close()
    try:
        java.wait(EXIT_SECONDS)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()
