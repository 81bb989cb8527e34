"""Which account of this machine is at the other end of a connection, so that the UI serves only its own.

Every account reaches 127.0.0.1, and Dagster has no login. Linux knows the owner of both ends of a local connection
(`/proc/net/tcp`, proc(5)); other systems do not tell, and there the UI is open to the whole machine.
"""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TABLES: Final = {4: Path("/proc/net/tcp"), 6: Path("/proc/net/tcp6")}
ESTABLISHED: Final = "01"
NO_INODE: Final = "0"
ROOT: Final = 0

Address = tuple[str, int]


class SameAccountMiddleware:
    """Passes on what comes from the account that runs the webserver, or from root."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application that listens on loopback, without a proxy in front of it.

        Args:
            app: The application.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 403, or pass the request on."""
        if scope["type"] in {"http", "websocket"} and TABLES[4].exists() and not _is_own_account(scope):
            message = "Refused: only the account that started this UI may use it."
            return await PlainTextResponse(message, 403)(scope, receive, send)
        return await self._app(scope, receive, send)


def _is_own_account(scope: Scope) -> bool:
    server, client = scope.get("server"), scope.get("client")
    if not server or not client or not ipaddress.ip_address(server[0]).is_loopback:
        return True  # not by an address that only this machine reaches
    # The server would take the client's address from this header.
    if "x-forwarded-for" in Headers(scope=scope):
        return False
    return account_of(client, server) in {os.geteuid(), ROOT}


def account_of(client: Address, server: Address) -> int | None:
    """Find the account that owns the client's end of a connection on this machine.

    Args:
        client: Address and port of the client.
        server: Address and port of the server.

    Returns:
        The account's user id; None when there is no such connection (any more).
    """
    wanted = [_entry(client), _entry(server)]
    return next((uid for ends, uid in _connections(ipaddress.ip_address(client[0]).version) if ends == wanted), None)


def _connections(version: int) -> Iterator[tuple[list[str], int]]:
    """Both ends of each open connection, and the account of the first one."""
    for line in TABLES[version].read_text(encoding="ascii").splitlines()[1:]:
        _, local, remote, state, _, _, _, uid, _, inode, *_ = line.split()
        # A socket that its process has closed belongs to nobody, and would be listed as root's.
        if state == ESTABLISHED and inode != NO_INODE:
            yield [local, remote], int(uid)


def _entry(address: Address) -> str:
    """An address as the table has it: 32-bit words in the machine's byte order, then the port."""
    packed = ipaddress.ip_address(address[0]).packed
    words = (packed[start : start + 4] for start in range(0, len(packed), 4))
    host = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return f"{host}:{address[1]:04X}"
