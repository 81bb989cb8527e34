"""`supervisord`: its start, and its requests over XML-RPC.

It restarts a process that dies and bounds the logs. It listens on loopback, with a password; a Unix socket would not
do, because its path is limited to about 100 characters.
"""

import contextlib
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from urllib.parse import quote
from xml.parsers.expat import ExpatError

from supervisor.xmlrpc import Faults

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.stack_processes import listening_ports
from shop_assets.embedded.supervision.supervisor_config import USER, config_file
from shop_assets.loopback import LOOPBACK

PORT: Final = "supervisor"
RESPONSE_TIMEOUT_SECONDS: Final = 10.0  # it responds at once, unless the machine is very busy
START_SECONDS: Final = 30.0

# The states of a process that supervisord will not restart. EXITED is temporary: it is restarted.
DOWN: Final = frozenset({"STOPPED", "FATAL", "UNKNOWN"})
STOPPING: Final = "STOPPING"


class ShuttingDownError(StackError):
    """It is ending, and refuses every request until it has ended."""


@dataclass(frozen=True)
class ProcessState:
    """A service as supervisord sees it; `pid` is 0 while it does not run, `started` is in seconds since 1970."""

    name: str
    state: str
    pid: int
    started: int


class Supervisor:
    """The supervisord of a stack, running or not. One per thread: a connection is not shared."""

    def __init__(self, home: Home, port: int, password: str) -> None:
        self._home = home
        self._port = port
        self._url = f"http://{USER}:{quote(password, safe='')}@{LOOPBACK}:{port}/RPC2"

    def is_alive(self) -> bool:
        """Whether it runs and responds, also with a refusal because it is shutting down."""
        try:
            return self._responds()
        except ShuttingDownError:
            return True

    def is_usable(self) -> bool:
        """Whether it is alive and not shutting down: services can be started under it."""
        try:
            return self._responds()
        except ShuttingDownError:
            return False

    def _responds(self) -> bool:
        """Ask for its state; another process at its port gets no request: the password is not for it.

        Raises ShuttingDownError.
        """
        if self._port not in listening_ports(self._home.root):
            return False
        try:
            self._call("getState")
        except ShuttingDownError:
            raise
        except StackError:
            return False
        return True

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start it in the background, without any service.

        Raises StackError if it does not start.
        """
        command = [
            sys.executable,
            "-P",
            "-m",
            "supervisor.supervisord",
            "--configuration",
            str(config_file(self._home)),
        ]
        try:
            done = subprocess.run(
                command, env=dict(environment), cwd=self._home.root, capture_output=True, text=True,
                timeout=START_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise StackError(f"supervisord did not start within {START_SECONDS} s: run `shop up` again.") from None
        if done.returncode != 0:
            raise StackError(f"supervisord does not start:\n{(done.stdout + done.stderr)[-2000:]}")
        deadline = time.monotonic() + START_SECONDS
        while not self.is_alive():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord does not respond; its log is {self._home.logs / 'supervisord.log'}.")
            time.sleep(0.05)

    def start(self, name: str) -> None:
        """Start a service without waiting for it; nothing happens if it runs already."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise StackError(f"{name} cannot be started: {fault.faultString}") from fault

    def restart(self, name: str, stop_seconds: int) -> None:
        """Stop a service, by force after `stop_seconds`, and start it without waiting for it."""
        with contextlib.suppress(xmlrpc.client.Fault):  # it has ended in the meantime
            self._call("stopProcess", name, True, seconds=stop_seconds + RESPONSE_TIMEOUT_SECONDS)
        self.start(name)

    def states(self) -> dict[str, ProcessState]:
        """The services by name."""
        return {
            process["name"]: ProcessState(process["name"], process["statename"], process["pid"], process["start"])
            for process in self._call("getAllProcessInfo")
        }

    def state(self, name: str) -> str:
        """The state of one service, such as RUNNING or FATAL."""
        return str(self._call("getProcessInfo", name)["statename"])

    def shutdown(self, seconds: float) -> None:
        """Stop all services in parallel, then supervisord; returns when it no longer responds or time is up."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(StackError, xmlrpc.client.Fault):  # the caller ends what survives
            self._call("stopAllProcesses", seconds=seconds)
            self._call("shutdown")
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _call(self, method: str, *arguments: object, seconds: float = RESPONSE_TIMEOUT_SECONDS) -> Any:
        """The response; a refusal of the call itself is an xmlrpc.client.Fault.

        Raises ShuttingDownError while it ends, StackError when nothing, or another process, responds at its port.
        """
        try:
            with xmlrpc.client.ServerProxy(self._url, transport=_Transport(seconds)) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.SHUTDOWN_STATE:
                raise
            raise ShuttingDownError(f"The stack in {self._home.root} is shutting down: run `shop up` again.") from fault
        except (OSError, HTTPException, ExpatError, xmlrpc.client.ProtocolError, xmlrpc.client.ResponseError) as error:
            raise StackError(
                f"supervisord does not respond at {LOOPBACK}:{self._port} ({type(error).__name__}): run `shop up`."
            ) from error


class _Transport(xmlrpc.client.Transport):
    """A transport with a time limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def make_connection(self, host: Any) -> HTTPConnection:
        connection = super().make_connection(host)
        connection.timeout = self._seconds
        return connection
