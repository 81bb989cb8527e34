"""What `supervisord` runs: its configuration file and its environment."""

import hashlib
import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from shop_assets.embedded.home import Home, write_private
from shop_assets.embedded.services.service import Service
from shop_assets.foreign_variables import inherited_variables
from shop_assets.loopback import LOOPBACK

# Every process of a stack carries this variable, with the stack's folder as its value; orphans are found by it. It is
# not a setting: users' own commands have SHOP_HOME in their environment, and must not be taken for the stack's.
MARKER: Final = "EMBEDDED_STACK_HOME"
USER: Final = "stack"
LOG_BYTES: Final = "10MB"
LOG_FILES: Final = 3
# A crash at the start is mostly transient (a lock of the process before it); more attempts would only hide it. The
# services take up to three seconds to notice that they cannot start.
START_SECONDS: Final = 5
START_TRIES: Final = 5


def config_file(home: Home) -> Path:
    """The path of a stack's configuration."""
    return home.config / "supervisord.conf"


def write_config(home: Home, services: Iterable[Service], port: int, password: str) -> None:
    """Write the configuration, mode 0600, because it holds the services' environments."""
    write_private(config_file(home), _configuration(home, services, port, password))


def config_is_current(home: Home, services: Iterable[Service], port: int, password: str) -> bool:
    """Whether the stack was started with just this configuration, and not by another release of the project."""
    try:
        return config_file(home).read_text(encoding="utf-8") == _configuration(home, services, port, password)
    except OSError:
        return False


def _configuration(home: Home, services: Iterable[Service], port: int, password: str) -> str:
    """The text of the file.

    Commands come from supervisord's own environment, so that no path is read as INI syntax; a checksum of them, and of
    the services' files, stands here for the comparison.
    """
    services = list(services)
    programs = map(_program_section, services)
    return "\n".join([_supervisor_section(home, _checksum(services), port, password), *programs])


def _supervisor_section(home: Home, checksum: str, port: int, password: str) -> str:
    return f"""\
; of commands and files: {checksum}
[supervisord]
logfile = logs/supervisord.log
logfile_maxbytes = {LOG_BYTES}
logfile_backups = {LOG_FILES}
pidfile = {home.supervisor_pid.name}
childlogdir = logs
umask = 077
{"user = root" if os.geteuid() == 0 else ""}

[inet_http_server]
port = {LOOPBACK}:{port}
username = {USER}
password = {password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""


def _program_section(service: Service) -> str:
    environment = ",".join(f'{name}="{value}"' for name, value in service.environment.items())
    return f"""\
[program:{service.name}]
command = %(ENV_{_variable(service.name)})s
environment = {environment}
autostart = false
autorestart = true
startsecs = {START_SECONDS}
startretries = {START_TRIES}
stopwaitsecs = {service.stop_seconds}
stdout_logfile = logs/{service.name}.log
stdout_logfile_maxbytes = {LOG_BYTES}
stdout_logfile_backups = {LOG_FILES}
redirect_stderr = true
"""


def _checksum(services: Iterable[Service]) -> str:
    started = [(service.command, sorted(service.files.items())) for service in services]
    return hashlib.sha256(repr(started).encode()).hexdigest()


def supervisor_environment(home: Home, services: Iterable[Service]) -> dict[str, str]:
    """The services' commands and this stack's mark, with the few variables that any process needs."""
    package_root = str(Path(__file__).resolve().parents[3])
    return {
        **inherited_variables(os.environ),
        **{_variable(service.name): shlex.join(service.command) for service in services},
        MARKER: str(home.root),
        "PYTHONPATH": package_root,  # a checkout that is not installed works too
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",  # commands with folders of any alphabet, whatever the locale
    }


def _variable(name: str) -> str:
    return f"EMBEDDED_STACK_{name.upper()}_COMMAND"
