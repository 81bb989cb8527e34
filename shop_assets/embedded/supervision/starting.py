"""Starting the services in parallel, and waiting until a write and a read succeeded in each."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Final

from shop_assets.embedded.disk_space import space_advice
from shop_assets.embedded.errors import NotReadyError, StackError
from shop_assets.embedded.home import write_private
from shop_assets.embedded.services.service import Service, ServiceModule, StackContext
from shop_assets.embedded.supervision.supervisor import DOWN, RESPONSE_TIMEOUT_SECONDS, STOPPING, Supervisor

READY_SECONDS: Final = 180.0  # a broker that recovers a large log after a crash, on a busy machine
PAUSE_SECONDS: Final = 0.2
UNRESPONSIVE_SECONDS: Final = 15.0
"""How long a service that ran before may fail its probe until it is restarted: after a full disk MongoDB's storage
refuses every request until then, also when there is room again."""

LOG_LINES: Final = 15

Ready = Callable[[ServiceModule, float], None]


@dataclass(frozen=True)
class Starter:
    """Starts the services of one context under its running supervisor."""

    context: StackContext
    new_supervisor: Callable[[], Supervisor]
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self, services: Iterable[tuple[ServiceModule, Service]], on_ready: Ready) -> None:
        """Return when all are ready; calls `on_ready` with each one and its seconds, in this thread.

        Raises StackError with the end of the service's log as soon as one fails; the others are left as they are.
        """
        pairs = list(services)
        with ThreadPoolExecutor(len(pairs)) as pool:
            waiting = {pool.submit(self._start_one, module, service): module for module, service in pairs}
            try:
                for done in as_completed(waiting):
                    on_ready(waiting[done], done.result())
            finally:  # also after Ctrl-C: the threads must not keep this process waiting
                self._stopped.set()

    def _start_one(self, module: ServiceModule, service: Service) -> float:
        began = time.monotonic()
        supervisor = self.new_supervisor()
        restart_at = began + UNRESPONSIVE_SECONDS
        self._wait_while_stopping(supervisor, service)
        if supervisor.state(service.name) in DOWN:
            restart_at = math.inf
            for name, text in service.files.items():
                write_private(self.context.home.root / name, text)
            service.prepare()
            supervisor.start(service.name)
        answer = "no probe ran"
        while time.monotonic() < began + READY_SECONDS and not self._stopped.is_set():
            if (state := supervisor.state(service.name)) in DOWN:
                raise StackError(
                    f"{module.LABEL} does not start: its process is {state}.{space_advice(self.context.home)}\n"
                    f"{self._log_end(service)}"
                )
            try:
                service.complete()
                module.probe(self.context)
            except NotReadyError as error:
                answer = str(error)
                if time.monotonic() > restart_at:
                    supervisor.restart(service.name, service.stop_seconds)
                    restart_at = math.inf
                self._stopped.wait(PAUSE_SECONDS)
            else:
                return time.monotonic() - began
        raise StackError(
            f"{module.LABEL} did not become ready: {answer}.{space_advice(self.context.home)}\n{self._log_end(service)}"
        )

    def _wait_while_stopping(self, supervisor: Supervisor, service: Service) -> None:
        """A `shop down` that was killed may have left the supervisor running, and services on their way down."""
        deadline = time.monotonic() + service.stop_seconds + RESPONSE_TIMEOUT_SECONDS
        while supervisor.state(service.name) == STOPPING and time.monotonic() < deadline:
            if self._stopped.wait(PAUSE_SECONDS):
                return

    def _log_end(self, service: Service) -> str:
        file = self.context.home.logs / f"{service.name}.log"
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return f"It left no log at {file}."
        return f"The end of {file}:\n" + "\n".join(lines[-LOG_LINES:])
