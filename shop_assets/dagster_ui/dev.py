"""`python -m shop_assets.dagster_ui.dev`: `dagster dev` with the guarded webserver, and with all of its options.

`dagster dev` names its webserver itself, and has no option for another one.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from dagster._cli import dev
from dagster_shared.ipc import open_ipc_subprocess

if TYPE_CHECKING:
    from subprocess import Popen

UNGUARDED: Final = ["-m", "dagster_webserver"]
GUARDED: Final = ["-m", "shop_assets.dagster_ui"]
WITH_PARENT: Final = "--with-parent"
"""The option that Dagster does not have: the servers end when the process that started them ends."""

WATCH_SECONDS: Final = 1.0


def main() -> None:
    """Run webserver, daemon and code server until SIGTERM or SIGINT."""
    if WITH_PARENT in sys.argv:
        sys.argv.remove(WITH_PARENT)
        threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    vars(dev)[open_ipc_subprocess.__name__] = _open_guarded
    dev.dev_command()


def _end_with(parent: int) -> None:
    """End this process as Ctrl-C does when its parent was killed and could not."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)


def _open_guarded(command: Sequence[str], **options: Any) -> "Popen[Any]":
    arguments = list(command)
    if arguments[1:3] == UNGUARDED:
        arguments[1:3] = GUARDED
    elif any("webserver" in argument for argument in arguments[:3]):
        raise RuntimeError(f"dagster dev starts its webserver in a new way: {arguments[:3]}; {__name__} must follow it")
    return open_ipc_subprocess(arguments, **options)


if __name__ == "__main__":
    main()
