"""Room on the disk of the stack: without it a service stops in the middle of what it writes."""

import shutil
from typing import Final

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.home import Home

NEEDED_BYTES: Final = 64 * 2**20
"""The default shop's first run writes some 20 MiB; ClickHouse and MongoDB need as much again while they merge."""


def require_space(home: Home) -> None:
    """Find out whether the services have room to write.

    Args:
        home: The folder of the stack, which exists.

    Raises:
        StackError: They have not.
    """
    if advice := space_advice(home):
        raise StackError(advice.strip())


def space_advice(home: Home) -> str:
    """Say what to do about a full disk.

    Args:
        home: The folder of the stack, which exists.

    Returns:
        A blank and the sentences, to end a message; nothing if there is room.
    """
    free = shutil.disk_usage(home.root).free
    if free >= NEEDED_BYTES:
        return ""
    return (
        f" No space left: {home.root} is on a disk with {free / 2**20:.0f} MiB free, and at least "
        f"{NEEDED_BYTES // 2**20} MiB are needed. Nothing is lost: make room, then run the same command again, which "
        "goes on where it stopped."
    )
