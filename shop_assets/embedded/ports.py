"""The ports of a stack: free ones, saved for the next start, and chosen again when another process took one."""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from shop_assets.embedded.errors import StackError
from shop_assets.embedded.home import write_private
from shop_assets.loopback import LOOPBACK, is_free

# Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections, and low enough
# that a port shifted by 10,000 (see s3.py) stays below them too.
FIRST, LAST = 20_000, 22_700
SHIFTED: Final = {"s3_admin_grpc": ("s3_admin", 10_000)}
ATTEMPTS: Final = 1_000


def load_ports(file: Path) -> dict[str, int]:
    """The ports of the last start by name; none if there was no start or its file cannot be read."""
    try:
        ports = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): int(port) for name, port in ports.items()} if isinstance(ports, dict) else {}


def assign(file: Path, names: Iterable[str]) -> dict[str, int]:
    """A free port for each name: the saved one if it is still free, another otherwise; saves them.

    Raises StackError if no free port is found.
    """
    before = load_ports(file)
    ports: dict[str, int] = {}
    for name in names:
        if name in SHIFTED:
            continue
        followers = {follower: shift for follower, (leader, shift) in SHIFTED.items() if leader == name}
        port = _choose(before.get(name), {0, *followers.values()}, set(ports.values()))
        ports[name] = port
        ports |= {follower: port + shift for follower, shift in followers.items()}
    write_private(file, json.dumps(ports, indent=2) + "\n")
    return ports


def _choose(wanted: int | None, shifts: set[int], taken: set[int]) -> int:
    drawn = (random.randint(FIRST, LAST) for _ in range(ATTEMPTS))  # noqa: S311  # a port is no secret
    candidates = drawn if wanted is None else (wanted, *drawn)
    for port in candidates:
        if all(port + shift not in taken and is_free(port + shift) for shift in shifts):
            return port
    raise StackError(f"No free port between {FIRST} and {LAST} on {LOOPBACK}. Stop some servers and try again.")
