"""`shop ui`: its page is its only port, and serves no other user; the sockets behind the page are closed to them.

`dagster_ui/` tests what the page refuses to browsers of its own user.
"""

import os
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shop_assets.embedded.home import Home
from shop_assets.orchestration.dagster_home import create_dagster_home
from shop_assets.settings import Settings
from shop_assets_tests.full_stack.weed_server import free_port
from shop_assets_tests.isolation import variables
from shop_assets_tests.strangers.conftest import command_lines, needs_root, secrets, shown
from shop_assets_tests.strangers.doors import Door, doors_of
from shop_assets_tests.strangers.harmless import is_harmless
from shop_assets_tests.strangers.visitor import Visitor

START_SECONDS = 120


@pytest.fixture
def page(settings: Settings, tmp_path: Path) -> Iterator[tuple[psutil.Popen, Door]]:
    door = Door("tcp", f"127.0.0.1:{free_port()}")
    port = str(door.host_and_port[1])
    command = [Path(sys.executable).with_name("shop"), "ui", "--port", port]
    create_dagster_home(tmp_path / "dagster")
    environment = os.environ | variables(settings) | {"DAGSTER_HOME": str(tmp_path / "dagster")}
    with (tmp_path / "ui.log").open("w") as log:
        process = psutil.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield process, door
    finally:
        processes = [*process.children(recursive=True), process] if process.poll() is None else []
        for one in processes:
            one.terminate()
        for one in psutil.wait_procs(processes, timeout=30)[1]:
            one.kill()


def wait_for(process: psutil.Popen, door: Door, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://{door.address}/server_info", timeout=2).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.5)
        else:
            return


@needs_root
@pytest.mark.slow
def test_neither_the_page_nor_a_socket_behind_it_opens_and_no_command_line_has_a_secret(
    page: tuple[psutil.Popen, Door], home: Home, stranger: Visitor, tmp_path: Path
) -> None:
    process, door = page
    wait_for(process, door, tmp_path / "ui.log")
    processes = [process, *process.children(recursive=True)]
    doors = doors_of(child.pid for child in processes)
    assert {found for found in doors if found.kind == "tcp"} == {door}
    assert doors - {door}  # of the code server
    assert stranger.visit(doors) == doors
    found = [reply for reply in stranger.collect() if not is_harmless(reply.text)]
    assert not found, shown(found)
    lines = command_lines(processes)
    assert not [secret for secret in secrets(home) if any(secret in line for line in lines)]
