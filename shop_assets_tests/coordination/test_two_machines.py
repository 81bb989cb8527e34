"""Two machines that share one MongoDB: the other one is a process with PIDs and a host name of its own.

Linux lets root alone, or nobody, start such a process; where it may not be started, there is nothing to test.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil
import pytest
from pymongo.database import Database

from shop_assets.coordination import lease
from shop_assets.coordination.lease import LEASES, ingestion_lease
from shop_assets.settings import Settings
from shop_assets_tests.coordination import writing_process

pytestmark = pytest.mark.slow

Documents = Database[dict[str, Any]]
ELSEWHERE = ("unshare", "--pid", "--uts", "--fork", "--mount-proc", "--kill-child")
# The first process of a PID namespace ignores a SIGSTOP that comes from inside.
NAMED = ("sh", "-c", 'hostname other-machine; "$@" & wait', "sh")
EXPIRY = 3.0


@pytest.fixture(autouse=True)
def possible() -> None:
    try:
        done = subprocess.run([*ELSEWHERE, *NAMED, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `unshare`")
    if done.returncode:
        pytest.skip("this user may not start a process with PIDs of its own")


@pytest.fixture
def notes(database: Documents, monkeypatch: pytest.MonkeyPatch) -> Documents:
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", EXPIRY)
    database.notes.insert_many([{"_id": "s-1", "version": "first"}, {"_id": "s-2", "version": "first"}])
    return database


def begin(settings: Settings, number: signal.Signals) -> subprocess.Popen[str]:
    arguments = [settings.mongo_uri.get_secret_value(), settings.mongo_database, str(int(number))]
    return subprocess.Popen(
        [*ELSEWHERE, *NAMED, sys.executable, writing_process.__file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(lease.__file__).parents[2])},
    )


@pytest.fixture
def paused(settings: Settings, notes: Documents) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A writer on the other machine that is paused in the middle of its transaction, and the process itself."""
    machine = begin(settings, signal.SIGSTOP)
    deadline = monotonic() + 30
    while not (stopped := _stopped(machine)):
        assert monotonic() < deadline
        sleep(0.02)
    yield machine, stopped[0]
    machine.kill()
    machine.communicate()
    with ingestion_lease(notes, "a", "1"):
        pass  # ends a transaction that is still open, or SecantusDB would not drop the database


def _stopped(machine: subprocess.Popen[str]) -> list[psutil.Process]:
    processes = psutil.Process(machine.pid).children(recursive=True)
    return [process for process in processes if process.status() == psutil.STATUS_STOPPED]


def versions(database: Documents) -> set[str]:
    return {document["version"] for document in database.notes.find()}


def write_newer(database: Documents) -> float:
    """The next run on this machine; returns how many seconds it took."""
    begun = monotonic()
    with ingestion_lease(database, "mongo_collections", "the-next-run") as held:
        held.transact(lambda session: database.notes.update_many({}, {"$set": {"version": "newer"}}, session=session))
    return monotonic() - begun


def test_a_writer_of_the_other_machine_that_was_paused_for_longer_than_the_lease_changes_nothing(
    notes: Documents, paused: tuple[subprocess.Popen[str], psutil.Process]
) -> None:
    machine, writer = paused
    held = notes[LEASES].find_one()
    assert held is not None
    assert held["host"] == "other-machine"

    assert write_newer(notes) < EXPIRY + 5
    writer.send_signal(signal.SIGCONT)
    answer, _ = machine.communicate(timeout=30)

    assert "mongo_collections did not renew the lease" in answer
    assert versions(notes) == {"newer"}


def test_a_writer_of_the_other_machine_that_was_killed_is_waited_for_until_its_lease_expires(
    settings: Settings, notes: Documents
) -> None:
    machine = begin(settings, signal.SIGKILL)
    machine.communicate(timeout=30)
    held = notes[LEASES].find_one()
    assert held is not None

    assert EXPIRY / 2 < write_newer(notes) < EXPIRY + 5, "from here nobody sees whether that process lives"
    assert versions(notes) == {"newer"}
