"""The doors that docker-compose.yml's own commands open, run as processes: SeaweedFS and Kafka."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from shop_assets.settings import Settings
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.kafka_broker import broker, create_users
from shop_assets_tests.full_stack.spark_daemons import daemon, daemon_environment, places
from shop_assets_tests.full_stack.weed_server import WeedServer, free_port, weed_server
from shop_assets_tests.strangers.conftest import shown
from shop_assets_tests.strangers.doors import Door, doors_of
from shop_assets_tests.strangers.harmless import is_harmless
from shop_assets_tests.strangers.visitor import Visitor, visitor

SERVICES = compose_file.services()
READING = ("http GET", "http OPTIONS")
WAITING = Retrying(
    retry=retry_if_exception_type((OSError, AssertionError)), wait=wait_fixed(0.5), stop=stop_after_delay(60),
    reraise=True,
)  # fmt: skip


@pytest.fixture
def passer_by(tmp_path: Path) -> Iterator[Visitor]:
    with visitor(tmp_path) as visiting:
        yield visiting


def tcp_doors(pid: int, count: int) -> set[Door]:
    doors = {door for door in doors_of([pid]) if door.kind == "tcp"}
    assert len(doors) >= count
    return doors


def harmful(visiting: Visitor, doors: set[Door]) -> str:
    """What the doors gave away; the Unix sockets of a container are its own."""
    visiting.visit(doors)
    found = [reply for reply in visiting.collect() if not is_harmless(reply.text)]
    return shown(found) if found else ""


def listens(server: WeedServer) -> None:
    host, _, port = server.endpoint.removeprefix("http://").partition(":")
    socket.create_connection((host, int(port)), 1).close()


@pytest.mark.slow
def test_seaweedfs_gives_and_takes_nothing_at_any_port(passer_by: Visitor, tmp_path: Path) -> None:
    with weed_server(tmp_path) as server:
        WAITING(listens, server)
        # HTTP and gRPC of master, volume server, filer and gateway
        assert not harmful(passer_by, WAITING(tcp_doors, server.process.pid, 8))


def test_kafka_gives_and_takes_nothing_at_any_port(passer_by: Visitor, tmp_path: Path) -> None:
    addresses = {name: f"127.0.0.1:{free_port()}" for name in ("kafka-1:9092", "kafka-1:9093")}
    with broker(SERVICES["kafka-1"], addresses, tmp_path / "kafka-1") as process:
        create_users(SERVICES["kafka-setup"], addresses["kafka-1:9092"])
        assert not harmful(passer_by, tcp_doors(process.pid, 2))


@pytest.mark.slow
def test_sparks_daemons_show_their_state_and_take_nothing(
    passer_by: Visitor, stack_settings: Settings, tmp_path: Path
) -> None:
    here = places(tmp_path)
    environment = daemon_environment(stack_settings, tmp_path)
    with ExitStack() as daemons:
        pids = [
            daemons.enter_context(daemon(name, here, environment, tmp_path / f"{name}.log"))
            for name in ("spark-master", "spark-worker")
        ]
        doors = doors_of(pids)
        passer_by.visit(doors)
        found = [reply for reply in passer_by.collect() if not is_harmless(reply.text)]
    uis = {f"127.0.0.1:{here[port].removeprefix(':')}" for port in (":8080", ":8081")}
    shows = [reply for reply in found if reply.target in uis and reply.attempt.startswith(READING)]
    assert {reply.target for reply in shows} == uis
    assert found == shows, shown(found)
