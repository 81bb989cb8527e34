"""`shop logs --follow` across rotations, and `shop open` at any address."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop_assets.cli.logs import host_and_port
from shop_assets.settings import Settings
from shop_assets_tests.cli.conftest import in_own_environment, own_environment, program
from shop_assets_tests.cli.terminal import Terminal


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "logs" / "kafka.log"
    file.parent.mkdir()
    file.write_text("before\n" * 20)
    return file


@pytest.fixture
def following(log: Path) -> Iterator[Terminal]:
    environment = in_own_environment({"SHOP_HOME": str(log.parents[1])})
    terminal = Terminal(program(["shop", "logs", "kafka", "-n", "1", "--follow"]), environment)
    terminal.wait_for("before")
    terminal.wait(1)
    yield terminal
    assert terminal.press("\x03").code == 130


def append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as content:
        content.write(text)


def test_what_is_written_just_before_and_after_a_rotation_is_shown_once(log: Path, following: Terminal) -> None:
    append(log, "the last line of the old file\n")
    log.rename(log.with_name("kafka.log.1"))
    log.write_text("a file that is longer than the old one from its first moment on\n" * 20 + "its last line\n")
    following.wait_for("its last line")
    append(log, "and one more\n")
    following.wait_for("and one more")
    shown = following.output.splitlines()
    assert [shown.count(line) for line in ("before", "the last line of the old file", "its last line")] == [1, 1, 1]
    assert sum(line.startswith("a file that is longer") for line in shown) == 20


def test_a_log_that_is_emptied_in_its_place_is_followed_from_its_beginning(log: Path, following: Terminal) -> None:
    log.write_text("short\n")
    following.wait_for("short")
    append(log, "and one more\n")
    following.wait_for("and one more")
    assert following.output.count("short") == 1


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://shop.example", ("shop.example", 443)),
        ("https://shop.example/dagster/", ("shop.example", 443)),
        ("http://shop.example/", ("shop.example", 80)),
        ("https://shop.example:8443", ("shop.example", 8443)),
        ("http://[::1]:3000", ("::1", 3000)),
    ],
)
def test_an_address_without_a_port_has_that_of_its_scheme(address: str, place: tuple[str, int]) -> None:
    assert host_and_port(address) == place


def test_a_ui_behind_https_is_opened_in_the_browser_under_its_own_address(shop: Settings, tmp_path: Path) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"https://127.0.0.1:{server.getsockname()[1]}/dagster"
        own = own_environment(shop) | {"SHOP_DAGSTER_URL": address, "BROWSER": f"{browser} %s"}
        done = subprocess.run(
            program(["shop", "open"]), env=in_own_environment(own), capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout, opened.read_text()) == (0, f"{address}\n", address), done.stderr
    done = subprocess.run(  # nobody listens there any more
        program(["shop", "open"]), env=in_own_environment(own), capture_output=True, text=True, check=False
    )
    assert (done.returncode, f"No UI answers at {address}" in done.stderr) == (1, True)
