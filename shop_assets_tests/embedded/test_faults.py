"""Killed processes, taken ports and a full stop: whatever happens, the stack comes back with all that it acknowledged.

The stack of these tests is their own; the folder's name is one that shells, INI files and Java's properties dislike.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console

from shop_assets.embedded import ports
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.home import Home
from shop_assets.embedded.services.all_services import SERVICES
from shop_assets.embedded.stack import Stack
from shop_assets.embedded.supervision.stack_processes import stack_processes
from shop_assets.embedded.supervision.status import ServiceStatus, stack_status
from shop_assets.embedded.supervision.supervisor import PORT as SUPERVISOR_PORT
from shop_assets.embedded.supervision.supervisor import Supervisor
from shop_assets.embedded.supervision.supervisor_config import config_file
from shop_assets.settings import Settings, variable
from shop_assets_tests import kafka_clients
from shop_assets_tests.embedded.acknowledged import is_everywhere, make_places, write_everywhere

EVERYWHERE = {"mongo": True, "clickhouse": True, "s3": True, "kafka": True}
BACK_SECONDS = 60


@dataclass
class OwnStack:
    stack: Stack
    settings: Settings

    def up(self) -> None:
        self.stack.up()
        self.settings = Settings.load()

    def status(self) -> dict[str, ServiceStatus]:
        return {service.name: service for service in stack_status(self.stack.home)}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    home = Home(tmp_path_factory.mktemp("own") / "дом 'it' # 100% ; x")
    stack = Stack(home, Console(stderr=True))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable("home"), str(home.root))
        try:
            stack.up()
            own = OwnStack(stack, Settings.load())
            make_places(own.settings)
            yield own
        finally:
            stack.down(delete_data=True)
    assert not home.root.exists()
    assert stack_processes(home.root) == []


@pytest.mark.parametrize("name", [module.NAME for module in SERVICES])
def test_a_killed_service_is_started_again_with_its_data(own: OwnStack, name: str):
    written = write_everywhere(own.settings)
    before = own.status()[name].pid
    assert before is not None
    psutil.Process(before).kill()
    wait_until(lambda: own.status()[name].ready and own.status()[name].pid != before, f"{name} does not come back")
    assert is_everywhere(own.settings, written) == EVERYWHERE


def test_up_after_all_processes_were_killed_finds_everything(own: OwnStack):
    written = write_everywhere(own.settings)
    kill_all(stack_processes(own.stack.home.root))
    own.up()
    assert is_everywhere(own.settings, written) == EVERYWHERE


@pytest.mark.slow
def test_up_after_the_supervisor_was_killed_ends_its_orphans_first(own: OwnStack):
    written = write_everywhere(own.settings)
    processes = stack_processes(own.stack.home.root)
    kill_all([process for process in processes if "supervisor.supervisord" in process.cmdline()])
    assert len(stack_processes(own.stack.home.root)) == len(processes) - 1
    own.up()
    assert not any(process.is_running() for process in processes)
    assert is_everywhere(own.settings, written) == EVERYWHERE


@pytest.mark.slow
def test_down_leaves_no_process_and_up_has_the_same_data_credentials_and_ports(own: OwnStack):
    written = write_everywhere(own.settings)
    before = own.settings
    own.stack.down()
    assert stack_processes(own.stack.home.root) == []
    assert not own.stack.home.stack_env.exists()
    own.up()
    assert own.settings == before
    assert is_everywhere(own.settings, written) == EVERYWHERE


@pytest.mark.slow
def test_up_of_another_release_starts_the_running_services_again_with_its_own_configuration(own: OwnStack):
    written = write_everywhere(own.settings)
    before = {process.pid for process in stack_processes(own.stack.home.root)}
    config = config_file(own.stack.home)
    # As the releases did that had no users in Kafka.
    config.write_text(config.read_text().replace("; of commands and files", "; of commands"))
    own.up()
    assert not before & {process.pid for process in stack_processes(own.stack.home.root)}
    assert is_everywhere(own.settings, written) == EVERYWHERE


@pytest.mark.slow
def test_passwords_that_were_changed_or_are_missing_hold_from_the_next_start(own: OwnStack):
    written = write_everywhere(own.settings)
    old = kafka_clients.as_pipeline(own.settings)
    own.stack.down()
    credentials = json.loads(own.stack.home.credentials.read_text())
    del credentials["kafka_password"]
    own.stack.home.credentials.write_text(json.dumps(credentials | {"s3_secret_key": "changed"}))
    own.up()
    assert kafka_clients.as_pipeline(own.settings)["sasl.password"] != old["sasl.password"]
    assert is_everywhere(own.settings, written) == EVERYWHERE
    with pytest.raises(KafkaException):
        AdminClient(old | {"bootstrap.servers": own.settings.kafka_bootstrap_servers}).list_topics(timeout=3)


@pytest.mark.slow
def test_ports_that_others_took_meanwhile_are_chosen_again_and_the_data_is_there(own: OwnStack):
    written = write_everywhere(own.settings)
    before = ports.load_ports(own.stack.home.ports)
    own.stack.down()
    others = [socket.create_server(("127.0.0.1", port)) for port in before.values()]
    try:
        own.up()
        after = ports.load_ports(own.stack.home.ports)
        assert before.keys() == after.keys()
        assert not set(before.values()) & set(after.values())
        assert is_everywhere(own.settings, written) == EVERYWHERE
    finally:
        for other in others:
            other.close()


@pytest.mark.slow
def test_a_service_that_cannot_come_back_because_its_port_is_taken_is_brought_up_elsewhere(own: OwnStack):
    written = write_everywhere(own.settings)
    mongo = own.status()["mongo"]
    assert mongo.pid is not None
    assert mongo.port is not None
    kill_all([psutil.Process(mongo.pid)])
    with socket.create_server(("127.0.0.1", mongo.port)):
        own.up()
        assert own.status()["mongo"].port != mongo.port
        assert is_everywhere(own.settings, written) == EVERYWHERE


@pytest.mark.slow
def test_up_after_a_down_that_was_killed_waits_for_the_services_that_are_stopping(own: OwnStack):
    """The supervisor goes on stopping them, and goes on running: nobody asks it to end."""
    written = write_everywhere(own.settings)
    shop = str(Path(sys.executable).with_name("shop"))
    environment = {**os.environ, variable("home"): str(own.stack.home.root)}
    mongo = own.status()["mongo"].pid
    assert mongo is not None
    psutil.Process(mongo).suspend()  # it does not see the signal, and is killed after half a minute
    down = subprocess.Popen([shop, "down"], env=environment, stderr=subprocess.DEVNULL)
    wait_until(lambda: "STOPPING" in states(own.stack.home), "no service stops")
    kill_all([psutil.Process(down.pid)])
    down.wait()
    own.up()
    assert set(states(own.stack.home)) <= {"RUNNING", "STARTING"}
    assert is_everywhere(own.settings, written) == EVERYWHERE


def states(home: Home) -> list[str]:
    """The services' states as their supervisor sees them."""
    password = Credentials.load(home.credentials).supervisor_password
    known = Supervisor(home, ports.load_ports(home.ports)[SUPERVISOR_PORT], password).states()
    return [process.state for process in known.values()]


@pytest.mark.slow
def test_two_starts_at_once_make_one_stack(own: OwnStack):
    own.stack.down()
    threads = [threading.Thread(target=own.stack.up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own.settings = Settings.load()
    assert len(stack_processes(own.stack.home.root)) == len(SERVICES) + 1
    assert all(service.ready for service in own.status().values())


def wait_until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.2)


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)
