"""Every command that takes longer than a second shows at once what it does, on a terminal."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from shop_assets.cli.application import app
from shop_assets.settings import Settings
from shop_assets_tests.cli.conftest import in_own_environment, own_environment, program
from shop_assets_tests.cli.terminal import Terminal

SPINNER = re.compile("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]")
QUICK = {"env", "logs", "schema"}
"""They read a file or two."""

ARGUMENTS = {
    "backfill": ["--from", "2026-01-01", "--to", "2026-01-01"],
    "backup": ["{folder}"],
    "dashboard": ["--output", "{folder}/dashboard.html"],
    "explain": ["cus-100001"],
    "ids accept": ["stores", "none"],
    "ids merge": ["stores", "none"],
    "inspect": ["shop_assets"],
    "pii decrypt": ["--customer", "cus-100001", "--reason", "a test"],
    "pii import": ["/dev/null"],
    "pii retire": ["k1"],
    "pii rotate": ["--resume"],
    "query": ["SELECT 1"],
    "rejects retry": ["--all"],
    "rejects show": ["none"],
    "restore": ["{folder}"],
    "ui": ["--port", "{port}"],
}
"""Of those commands that need some."""

ENDED_AT_ONCE = {"pii import", "pii retire"}
"""With these arguments they are refused: no other process may have a key ring of its own in the stack of the tests."""


def commands(group: Any = None, names: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*names, name))
        else:
            yield " ".join((*names, name))


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(set(commands()) - QUICK - ENDED_AT_ONCE))
def test_a_command_shows_what_it_does_while_it_is_silent(shop: Settings, command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    given = [argument.format(folder=tmp_path, port=port) for argument in ARGUMENTS.get(command, [])]
    arguments = [*command.split(), *given]
    own = own_environment(shop) | ({"SHOP_HOME": str(tmp_path)} if command == "down" else {})
    terminal = Terminal(program(["shop", *arguments]), in_own_environment(own))
    terminal.wait_until(lambda: SPINNER.search(terminal.output) is not None)
    assert SPINNER.search(terminal.output), terminal.output
    terminal.send(signal.SIGTERM)


def test_quick_commands_are_commands() -> None:
    assert set(commands()) >= QUICK | ENDED_AT_ONCE | ARGUMENTS.keys()
