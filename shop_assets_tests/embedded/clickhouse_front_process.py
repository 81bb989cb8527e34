"""A ClickHouse front of the tests' own, as a process: started, asked, ended and killed.

Here belongs what the tests of the front share; the stack's own front is the fixture `stack_settings`.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import clickhouse_connect
import urllib3
from clickhouse_connect.driver.client import Client

USER = "shop"
READER = "reader"
_START_SECONDS = 60


class FrontProcess:
    """One front on one data folder; its output is kept in a file beside it."""

    def __init__(self, path: Path, *arguments: str, reader: bool = True) -> None:
        self.path = path
        self.password = secrets.token_urlsafe(12)
        self.reader_password = secrets.token_urlsafe(12)
        self._reader = reader
        self.log = path.with_suffix(".log")
        self._arguments = arguments
        self.http = urllib3.PoolManager(maxsize=16, retries=False)
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        self.port = free_port()
        environment = {**os.environ, "CLICKHOUSE_USER": USER, "CLICKHOUSE_PASSWORD": self.password}
        if self._reader:
            environment |= {"CLICKHOUSE_READER_USER": READER, "CLICKHOUSE_READER_PASSWORD": self.reader_password}
        command = [sys.executable, "-m", "shop_assets.embedded.services.clickhouse_front", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--path", str(self.path), *self._arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return self.http.request("GET", f"{self.url}ping", timeout=1.0).data == b"Ok.\n"
        except urllib3.exceptions.HTTPError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def headers(self) -> dict[str, str]:
        return dict(urllib3.make_headers(basic_auth=f"{USER}:{self.password}"))

    @property
    def reader_headers(self) -> dict[str, str]:
        return dict(urllib3.make_headers(basic_auth=f"{READER}:{self.reader_password}"))

    def post(
        self, body: bytes | str, headers: dict[str, str] | None = None, **parameters: str
    ) -> urllib3.BaseHTTPResponse:
        query = urlencode(parameters) if parameters else ""
        return self.http.request("POST", f"{self.url}?{query}", body=body, headers={**self.headers, **(headers or {})})

    @contextlib.contextmanager
    def client(self, **options: Any) -> Iterator[Client]:
        settings = {"compress": "lz4", "autogenerate_session_id": False, **options}
        client = clickhouse_connect.get_client(
            host="127.0.0.1", port=self.port, username=USER, password=self.password, **settings
        )
        try:
            yield client
        finally:
            client.close()

    def memory_peak(self) -> int:
        """The most memory that the process has had, in bytes."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=60)


@contextlib.contextmanager
def running_front(path: Path, *arguments: str, reader: bool = True) -> Iterator[FrontProcess]:
    """A front that is killed in the end, if it still runs."""
    front = FrontProcess(path, *arguments, reader=reader)
    front.start()
    try:
        yield front
    finally:
        front.http.clear()
        if front.process is not None and front.process.poll() is None:
            front.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
