"""The UI knows which account a connection on this machine comes from, and serves only its own."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shop_assets.dagster_ui.accounts import account_of
from shop_assets.dagster_ui.guard import guard

NOBODY = 65534
# Everything is imported before the rights are given up: the interpreter may be in a folder of the first account's.
REQUEST = (
    "import encodings.idna, http.client, os, sys\n"
    "if sys.argv[3] != '-': os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))\n"
    "connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=10)\n"
    "connection.request('GET', '/', headers=dict([h.split('=') for h in sys.argv[4:]]))\n"
    "print(connection.getresponse().status)\n"
)
linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells whose a connection is")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")


def serve(url: str, host: str) -> Iterator[int]:
    async def page(_: object) -> PlainTextResponse:
        return PlainTextResponse("the page")

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=[Route("/", page)], middleware=guard(url))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    yield from serve("http://127.0.0.1:3000", "127.0.0.1")


@pytest.fixture
def proxied_port() -> Iterator[int]:
    yield from serve("https://dagster.shop.example", "127.0.0.1")


def status(port: int, uid: int | None = None, **headers: str) -> int:
    """The status of a request that a process of this account sends."""
    account = "-" if uid is None else str(uid)
    named = [f"{name.replace('_', '-')}={value}" for name, value in headers.items()]
    command = [sys.executable, "-I", "-c", REQUEST, "127.0.0.1", str(port), account, *named]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_the_account_that_started_the_ui_gets_its_page(port: int) -> None:
    assert status(port) == 200


@linux
@needs_root
def test_another_account_is_refused(port: int) -> None:
    assert status(port, NOBODY) == 403


@linux
def test_a_client_cannot_choose_whom_it_is_taken_for(port: int) -> None:
    own = http.client.HTTPConnection("127.0.0.1", port)
    own.request("GET", "/")
    assert own.getresponse().read() == b"the page"
    assert own.sock is not None
    own_port = own.sock.getsockname()[1]  # a connection that is open, and would be accepted
    for claimed in ("10.0.0.1", "127.0.0.1", f"127.0.0.1:{own_port}", "", "unknown"):
        assert status(port, X_Forwarded_For=claimed) == 403
    own.close()


@linux
def test_a_connection_that_its_client_has_closed_belongs_to_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        ends = client.getsockname(), listening.getsockname()
        accepted, _ = listening.accept()
        assert account_of(*ends) == os.geteuid()
        client.close()
        assert account_of(*ends) is None
        accepted.close()


@linux
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_versions_of_ip_are_looked_up(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        try:
            listening.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        listening.listen()
        with socket.create_connection(listening.getsockname()[:2]) as client:
            assert account_of(client.getsockname()[:2], listening.getsockname()[:2]) == os.geteuid()


@needs_root
def test_behind_a_reverse_proxy_the_proxys_account_is_served(proxied_port: int) -> None:
    assert status(proxied_port, NOBODY) == 200


def test_the_default_address_is_no_origin_of_a_ui_on_another_port(port: int) -> None:
    own = f"http://127.0.0.1:{port}"
    assert status(port, Origin=own) == 200
    for origin in ("http://127.0.0.1:3000", own.replace("http", "evil"), own.replace("//", "//evil.example@")):
        assert status(port, Origin=origin) == 403
