"""The embedded stack as a whole: start, stop, back up and restore."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from rich.console import Console

from shop_assets.cache import cache_folder, require_usable
from shop_assets.embedded import ports
from shop_assets.embedded.backups.backup import BackupResult, back_up
from shop_assets.embedded.backups.backup_files import BackupManifest
from shop_assets.embedded.backups.restoring import restore
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.disk_space import require_space
from shop_assets.embedded.downloads.jars import ensure_jars
from shop_assets.embedded.downloads.stack_java import find_java
from shop_assets.embedded.environment import stack_settings, write_stack_env
from shop_assets.embedded.errors import StackError, StackInputError
from shop_assets.embedded.examination.surroundings import require_open_files
from shop_assets.embedded.home import Home, unwritable
from shop_assets.embedded.services import s3
from shop_assets.embedded.services.all_services import PORT_NAMES, SERVICES
from shop_assets.embedded.services.service import ServiceModule, StackContext, Tools
from shop_assets.embedded.supervision import stack_processes, supervisor
from shop_assets.embedded.supervision.starting import Starter
from shop_assets.embedded.supervision.supervisor import Supervisor
from shop_assets.embedded.supervision.supervisor_config import config_is_current, supervisor_environment, write_config
from shop_assets.java import refuse_unknown_time_zone
from shop_assets.loopback import is_free
from shop_assets.settings import variable

TIMEZONE: Final = variable("timezone")
STOP_SECONDS: Final = 60.0  # above the longest stop_seconds, so that supervisord's own kill comes first
LOCK_SECONDS: Final = 600.0  # the first start downloads jars, over a slow line perhaps


def up() -> dict[str, str]:
    """Start the stack of this environment's SHOP_HOME, with progress on stderr.

    Returns:
        Its settings (`SHOP_…` variables).

    Raises:
        StackError: A service does not start, or something that it needs cannot be downloaded.
    """
    return Stack(Home.from_environment(), Console(stderr=True)).up()


@dataclass(frozen=True)
class Stack:
    """One embedded stack: its folder, and the console for its progress."""

    home: Home
    console: Console

    def up(self) -> dict[str, str]:
        """Start every service, and keep those that run.

        Returns when a write and a read succeeded in each service and `stack.env` is written.

        Returns:
            The settings (`SHOP_…` variables).

        Raises:
            StackError: A service does not start, or something that it needs cannot be downloaded.
            JavaTimeZoneError: Java does not know the business time zone.
        """
        require_open_files()
        require_usable(cache := cache_folder())
        self.home.create()
        with self._locked():
            self.home.create()  # again: while we waited for the lock, another `shop down` may have removed it
            if self.home.replaced.exists():
                raise StackError(f"A restore into {self.home.root} was interrupted: run `shop restore` again first.")
            require_space(self.home)
            java = find_java(cache, self.console)
            refuse_unknown_time_zone(java.executable, os.environ.get(TIMEZONE) or "UTC", TIMEZONE)
            jars = ensure_jars(cache, java, self.console)
            tools = Tools(java, jars["kafka"], jars["spark"])
            context = self._context()
            with self.console.status("looking for services that run already") as status:
                if not self._can_reuse(context, tools):
                    status.update("waiting until the earlier stack has ended")
                    self._stop_everything(context)
                    context = StackContext(self.home, ports.assign(self.home.ports, PORT_NAMES), context.credentials)
            self._start(context, tools)
            settings = stack_settings(context, tools)
            write_stack_env(self.home, settings)
            return settings

    def down(self, *, delete_data: bool = False) -> None:
        """Stop every service in order: nothing acknowledged is lost.

        Args:
            delete_data: Delete the folder of the stack afterwards.

        Raises:
            StackError: The folder is not ours, or a process cannot be ended.
        """
        if not self.home.root.exists():  # deleted or moved while the stack ran
            stack_processes.end_processes(self.home.root)
            return
        if not self.home.is_ours:
            if delete_data:
                self.home.delete()
            return
        with self._locked():
            self.home.stack_env.unlink(missing_ok=True)
            try:
                context = self._context()
            except StackError:  # without its password the supervisor is out of reach; signals need none
                context = None
            self._stop_everything(context)
            if delete_data:
                self.home.delete()

    def back_up(self, folder: Path) -> BackupResult:
        """Copy the data, keys and passwords; see `backup.back_up`.

        Args:
            folder: Where the backup will be.

        Returns:
            What was copied.

        Raises:
            StackError: There is nothing to copy, no place for it, or a service cannot be paused.
        """
        if not self.home.is_ours:
            raise StackError(f"{self.home.root} holds no data of a stack: set SHOP_HOME to the folder of the stack.")
        with self._locked():
            return back_up(self.home, folder)

    def restore(self, folder: Path, *, replace: bool = False) -> BackupManifest:
        """Put a backup in the place of the data; see `restoring.restore`.

        Args:
            folder: The backup.
            replace: Delete the data that there is now.

        Returns:
            The manifest of the backup.

        Raises:
            StackInputError: There is no such folder, or the stack has data.
            StackError: The stack runs, or the backup cannot be restored.
        """
        if not folder.expanduser().is_dir():
            raise StackInputError(f"There is no folder {folder}: name one that `shop backup` created.")
        BackupManifest.load(folder.expanduser())  # before a folder is made for nothing
        self.home.create()
        with self._locked():
            return restore(self.home, folder, replace=replace)

    def _context(self) -> StackContext:
        return StackContext(self.home, ports.load_ports(self.home.ports), Credentials.load(self.home.credentials))

    def _supervisor(self, context: StackContext) -> Supervisor:
        return Supervisor(self.home, context.ports[supervisor.PORT], context.credentials.supervisor_password)

    def _can_reuse(self, context: StackContext, tools: Tools) -> bool:
        """Whether the supervisor is usable with this configuration, and no other process took a stopped service's port.

        One that is shutting down, because `shop down` was killed for example, cannot be stopped from doing so. Another
        release of the project, or another Java, has another configuration: all services start again with it.
        """
        if set(PORT_NAMES) - context.ports.keys() or not self._supervisor(context).is_usable():
            return False
        if stack_processes.is_displaced(self.home.root):
            return False
        services = [module.service(context, tools) for module in SERVICES]
        password = context.credentials.supervisor_password
        if not config_is_current(self.home, services, context.ports[supervisor.PORT], password):
            return False
        ours = stack_processes.listening_ports(self.home.root)
        return all(port in ours or is_free(port) for port in context.ports.values())

    def _stop_everything(self, context: StackContext | None) -> None:
        """End all processes of the stack in order; also waits for a supervisor that is shutting down already."""
        if context and supervisor.PORT in context.ports and self._supervisor(context).is_alive():
            self._supervisor(context).shutdown(STOP_SECONDS)
        stack_processes.end_processes(self.home.root)
        s3.remove_sockets(ports.load_ports(self.home.ports))
        self.home.supervisor_pid.unlink(missing_ok=True)

    def _start(self, context: StackContext, tools: Tools) -> None:
        services = [(module, module.service(context, tools)) for module in SERVICES]
        if not self._supervisor(context).is_alive():
            processes = [service for _, service in services]
            write_config(self.home, processes, context.ports[supervisor.PORT], context.credentials.supervisor_password)
            self._supervisor(context).launch(supervisor_environment(self.home, processes))
        waiting = {module.NAME: module.LABEL for module, _ in services}
        with self.console.status("") as status:

            def shown() -> str:
                return f"waiting for {', '.join(waiting.values())}" if waiting else "all services are ready"

            def on_ready(module: ServiceModule, seconds: float) -> None:
                del waiting[module.NAME]
                status.update(shown())
                self.console.print(f"[green]✓[/] {module.LABEL:<22} ready {seconds:6.1f} s", highlight=False)

            status.update(shown())
            Starter(context, lambda: self._supervisor(context)).start(services, on_ready)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.home.lock)
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise StackError(
                f"Another `shop up`, `down`, `backup` or `restore` is using {self.home.root}: wait until it has "
                "finished."
            ) from error
        except OSError as error:
            raise unwritable(self.home.root, error) from error
        try:
            yield
        finally:
            lock.release()
