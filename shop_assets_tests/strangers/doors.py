"""Doors: the sockets on which processes listen, found in /proc."""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LISTENING = "0A"  # of a TCP socket, see include/net/tcp_states.h
ACCEPTS_CONNECTIONS = 0x10000  # of a Unix socket, __SO_ACCEPTCON


@dataclass(frozen=True)
class Door:
    """A listening socket: "host:port", a path, or an abstract name with a leading "@"."""

    kind: Literal["tcp", "unix"]
    address: str

    @property
    def host_and_port(self) -> tuple[str, int]:
        host, _, port = self.address.rpartition(":")
        return host, int(port)


def doors_of(pids: Iterable[int]) -> set[Door]:
    """The doors of some processes; one that ends meanwhile has none."""
    inodes = {inode for pid in pids for inode in _sockets(pid)}
    return {door for inode, door in (*_tcp_doors(), *_unix_doors()) if inode in inodes}


def _sockets(pid: int) -> set[str]:
    found = set()
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            target = _link(descriptor)
            if target.startswith("socket:["):
                found.add(target.removeprefix("socket:[").rstrip("]"))
    except OSError:  # the process has ended
        pass
    return found


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # closed meanwhile
        return ""


def _tcp_doors() -> Iterable[tuple[str, Door]]:
    for table in ("tcp", "tcp6"):
        for fields in _table(table):
            if fields[3] == LISTENING:
                address, _, port = fields[1].partition(":")
                yield fields[9], Door("tcp", f"{_host(address)}:{int(port, 16)}")


def _host(hexadecimal: str) -> str:
    """Where to connect; the kernel writes an address as words in its own byte order."""
    words = [int(hexadecimal[start : start + 8], 16) for start in range(0, len(hexadecimal), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    if len(packed) == 4:
        return socket.inet_ntop(socket.AF_INET, packed).replace("0.0.0.0", "127.0.0.1")
    if packed.startswith(bytes(10) + b"\xff\xff"):
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    return "127.0.0.1" if packed == bytes(16) else socket.inet_ntop(socket.AF_INET6, packed)


def _unix_doors() -> Iterable[tuple[str, Door]]:
    for fields in _table("unix"):
        if int(fields[3], 16) & ACCEPTS_CONNECTIONS and len(fields) > 7:
            yield fields[6], Door("unix", fields[7])


def _table(name: str) -> list[list[str]]:
    try:
        lines = Path(f"/proc/net/{name}").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:  # no IPv6 here
        return []
    return [line.split(maxsplit=7 if name == "unix" else -1) for line in lines[1:]]
