"""This machine's own address, on which alone the project listens."""

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def is_free(port: int) -> bool:
    """Try whether a server could listen on a port now.

    Args:
        port: A TCP port of 127.0.0.1.

    Returns:
        Whether it could; lingering connections of an earlier server do not count.
    """
    return refusal(port) is None


def refusal(port: int) -> OSError | None:
    """Try to listen on a port.

    Args:
        port: A TCP port of 127.0.0.1.

    Returns:
        Why no server of this account could listen on it now; None if one could.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error
        return None
