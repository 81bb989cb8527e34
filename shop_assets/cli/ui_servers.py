"""The servers of `shop ui` as processes: started, watched, their log kept, and stopped together."""

import contextlib
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from shop_assets.loopback import LOOPBACK

MODULE: Final = "shop_assets.definitions"
LOCATION: Final = "shop_assets"
"""The name of the code location, which `dg`, workspace.yaml and the full stack give too: Dagster keeps switches and
cursors of schedules and sensors by it. Without a workspace file the name would be that of the module."""

WITH_PARENT: Final = "--with-parent"  # of `dagster_ui.dev`: they end when this process is killed
PAUSE_SECONDS: Final = 0.2
STOP_SECONDS: Final = 1.0  # the command itself ends two seconds after Ctrl-C
LOG_BYTES: Final = 5 * 2**20
KEPT_LINES: Final = 15
PROBLEM: Final = re.compile(r" - (WARNING|ERROR|CRITICAL) - ")
RECORD: Final = re.compile(r"^(\x1b\[\d+m)?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")


def workspace(folder: Path) -> dict[str, Any]:
    """Where Dagster finds the assets.

    Args:
        folder: The working directory of the code server.

    Returns:
        The content of a workspace file.
    """
    module = {"module_name": MODULE, "working_directory": str(folder), "location_name": LOCATION}
    return {"load_from": [{"python_module": module}]}


class UiServers:
    """Webserver, daemon and code server in a process group of their own. Use as a context manager.

    Ctrl-C in the terminal does not reach them: they are stopped together. They end by themselves when this process is
    killed.
    """

    def __init__(self, environment: Mapping[str, str], log: Path, port: int, *, echo: bool) -> None:
        """Prepare.

        Args:
            environment: Of the processes.
            log: The file of their log.
            port: Of the webserver.
            echo: Print the whole log, and not only warnings and errors.
        """
        self._environment = dict(environment)
        self._port = port
        # Dagster imports modules from there too, and a folder of the user may have a gql.py.
        self._folder = log.parent
        self._echo = echo
        self._last: deque[str] = deque(maxlen=KEPT_LINES)
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        self._workspace = log.with_name("ui_workspace.yaml")
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._workspace.write_bytes(orjson.dumps(workspace(self._folder)))  # JSON is YAML
        command = [sys.executable, "-P", "-m", "shop_assets.dagster_ui.dev", WITH_PARENT]
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            [*command, "--workspace", str(self._workspace), "--host", LOOPBACK, "--port", str(self._port)],
            env=self._environment | {"PYTHONSAFEPATH": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._copy_log, name="log", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def wait_until_it_serves(self) -> bool:
        """Return when the webserver takes connections; False if the servers end instead."""
        while self._started.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self._port), PAUSE_SECONDS):
                return True
            time.sleep(PAUSE_SECONDS)
        return False

    def wait(self) -> None:
        """Return when the servers have ended."""
        self._started.wait()

    def stop(self) -> None:
        """Stop them in order, and kill what is left after a second."""
        process = self._process
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)

    def last_lines(self) -> str:
        """The end of their log."""
        return "".join(self._last).rstrip()

    @property
    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the servers are not started")
        return self._process

    def _copy_log(self) -> None:
        is_shown = self._echo
        for line in self._started.stdout or ():
            self._last.append(line)
            self._log.emit(logging.makeLogRecord({"msg": line.rstrip("\n")}))
            if not self._echo and RECORD.match(line):
                is_shown = PROBLEM.search(line) is not None
            if is_shown:
                sys.stderr.write(line)
                sys.stderr.flush()
