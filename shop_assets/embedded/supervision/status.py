"""The current state of each service: process, memory, and whether a write and a read succeed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from shop_assets.embedded import ports
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.errors import NotReadyError
from shop_assets.embedded.home import Home
from shop_assets.embedded.services.all_services import PORT_NAMES, SERVICES
from shop_assets.embedded.services.service import ServiceModule, StackContext
from shop_assets.embedded.supervision import supervisor as supervisord
from shop_assets.embedded.supervision.stack_processes import is_displaced
from shop_assets.embedded.supervision.supervisor import ProcessState, Supervisor


@dataclass(frozen=True)
class ServiceStatus:
    """One service now. `uptime_seconds` and `memory_bytes` (resident) are None while it does not run."""

    name: str
    label: str
    state: str
    ready: bool
    pid: int | None
    port: int | None
    uptime_seconds: int | None
    memory_bytes: int | None


def stack_status(home: Home) -> list[ServiceStatus]:
    """Examine all services. Nothing is started; the probe of a running service writes one entry of its own.

    Args:
        home: The folder of the stack.

    Returns:
        One status per service.
    """
    known = ports.load_ports(home.ports) if home.is_ours else {}
    if set(PORT_NAMES) - known.keys() or not home.credentials.exists():
        return [_stopped(module, None) for module in SERVICES]
    context = StackContext(home, known, Credentials.load(home.credentials))
    supervisor = Supervisor(home, known[supervisord.PORT], context.credentials.supervisor_password)
    if not supervisor.is_usable() or is_displaced(home.root):
        return [_stopped(module, known[module.PORTS[0]]) for module in SERVICES]
    states = supervisor.states()
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        return list(pool.map(lambda module: _status(module, context, states.get(module.NAME)), SERVICES))


def _stopped(module: ServiceModule, port: int | None) -> ServiceStatus:
    return ServiceStatus(module.NAME, module.LABEL, "STOPPED", False, None, port, None, None)


def _status(module: ServiceModule, context: StackContext, process: ProcessState | None) -> ServiceStatus:
    port = context.ports[module.PORTS[0]]
    if process is None or not process.pid:
        return _stopped(module, port)
    try:
        module.probe(context)
        ready = True
    except NotReadyError:
        ready = False
    return ServiceStatus(
        module.NAME, module.LABEL, process.state, ready, process.pid, port,
        int(time.time()) - process.started, _memory(process.pid),
    )  # fmt: skip


def _memory(pid: int) -> int | None:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None
