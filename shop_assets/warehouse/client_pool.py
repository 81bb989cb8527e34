"""The clients of ClickHouse that wait in this process for their next use.

A new client asks the server for its version and for all of its settings, 40 ms of computing on both sides. Whether a
client still works is looked at where it is taken (`resource.py`).
"""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from clickhouse_connect.driver.client import Client

MOST_IDLE_CLIENTS: Final = 4
"""How many clients wait in a process: a stage uses one or two at a time, of one or two users."""


@dataclass(frozen=True)
class Login:
    """What a client was made for."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    secure: bool
    ca_file: str | None


IDLE: Final[deque[tuple[Login, Client]]] = deque()
_LOCK: Final = threading.Lock()


def take_idle(login: Login) -> Client | None:
    """Take the client of a login that was used last, if one waits."""
    with _LOCK:
        found = next((entry for entry in reversed(IDLE) if entry[0] == login), None)
        if found is None:
            return None
        IDLE.remove(found)
    return found[1]


def keep_idle(login: Login, client: Client) -> None:
    """Keep a client for its next use, in place of the one that was used least recently."""
    with _LOCK:
        IDLE.append((login, client))
        dropped = IDLE.popleft()[1] if len(IDLE) > MOST_IDLE_CLIENTS else None
    if dropped is not None:
        dropped.close()
