"""The embedded stack at rest: every door, every file and every process of it, tried by another user."""

from collections.abc import Iterable

import pytest

from shop_assets.embedded import ports
from shop_assets.embedded.home import Home
from shop_assets.embedded.supervision.stack_processes import stack_processes
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests.strangers.conftest import command_lines, needs_root, secrets, shown
from shop_assets_tests.strangers.doors import doors_of
from shop_assets_tests.strangers.harmless import is_harmless
from shop_assets_tests.strangers.stored import stored
from shop_assets_tests.strangers.visitor import Reply, Visitor


def findings(replies: Iterable[Reply], known: set[str]) -> list[Reply]:
    """The replies that are not harmless, or that say what only the stack's owner knows."""
    return [
        reply
        for reply in replies
        if not is_harmless(reply.text) or any(word in reply.text.replace(reply.attempt, "") for word in known)
    ]


def test_no_door_of_the_stack_gives_or_takes_anything(home: Home, settings: Settings, stranger: Visitor) -> None:
    kafka_resource(settings).ensure_topics()
    before = stored(settings)
    doors = doors_of(process.pid for process in stack_processes(home.root))
    # The walk has found all that is known, and more: the Unix sockets.
    known_ports = set(ports.load_ports(home.ports).values())
    assert {door.host_and_port[1] for door in doors if door.kind == "tcp"} >= known_ports
    assert [door for door in doors if door.kind == "unix"]

    visited = stranger.visit(doors)
    replies = stranger.collect()

    assert {(reply.kind, reply.target) for reply in replies} == {(door.kind, door.address) for door in visited}
    names = {name for name in before["topics"] if "." in name} | set(before["documents"])
    assert not (found := findings(replies, names | secrets(home))), shown(found)
    assert stored(settings) == before


@needs_root
def test_no_file_and_no_environment_of_the_stack_opens_for_another_user(home: Home, stranger: Visitor) -> None:
    files = [str(path.relative_to(home.root.parent)) for path in (home.root, *home.root.rglob("*"))]
    assert f"{home.root.name}/credentials.json" in files
    processes = [f"/proc/{process.pid}/environ" for process in stack_processes(home.root)]
    assert len(processes) > 4
    bait = home.root.parent / "open-to-all"
    bait.touch(0o666)
    stranger.open_files([*files, *processes, bait.name])
    # A log may be rotated away meanwhile. A folder cannot be opened for writing by anyone.
    refusals = {"PermissionError", "FileNotFoundError", "IsADirectoryError"}
    opened = {reply.target for reply in stranger.collect() if reply.text not in refusals}
    bait.unlink()
    assert opened == {bait.name}


def test_no_command_line_of_the_stack_has_a_secret(home: Home) -> None:
    lines = command_lines(stack_processes(home.root))
    assert len(lines) > 4
    assert not [secret for secret in secrets(home) if any(secret in line for line in lines)]


@pytest.mark.parametrize(
    "reply",
    [
        "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\n\r\n<Buckets><Name>landing</Name></Buckets>",
        "UNIMPLEMENTED: unknown method",
        "reply: b''",
        "{'databases': [], 'ok': 1.0}",
        "\x00\x00\x00\x20\x00\x00\x00\x07\x00\x0eshop.customers",
        "open",
        "anything",
    ],
)
def test_a_reply_that_nobody_has_listed_is_a_finding(reply: str) -> None:
    assert not is_harmless(reply)
