"""The lease of ingestion, between real processes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from pymongo.database import Database

from shop_assets.coordination import lease
from shop_assets.coordination.errors import LeaseHeldError, LeaseLostError
from shop_assets.coordination.lease import LEASES, ingestion_lease
from shop_assets.settings import Settings
from shop_assets_tests.coordination import lease_holder

Documents = Database[dict[str, Any]]


class Holder:
    """Another process that has the lease."""

    def __init__(self, settings: Settings, heartbeat: float) -> None:
        arguments = [settings.mongo_uri.get_secret_value(), settings.mongo_database, str(heartbeat)]
        self.process = subprocess.Popen(
            [sys.executable, lease_holder.__file__, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(lease.__file__).parents[2])},
        )
        assert self._answer() == "held"

    def write(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture
def other_holder(settings: Settings) -> Iterator[Callable[..., Holder]]:
    holders: list[Holder] = []

    def start(heartbeat: float = 0.2) -> Holder:
        holders.append(Holder(settings, heartbeat))
        return holders[-1]

    yield start
    for holder in holders:
        holder.process.kill()
        holder.process.communicate()


def test_the_lease_is_free_again_after_the_block_and_after_an_error(database: Documents) -> None:
    with pytest.raises(ZeroDivisionError), ingestion_lease(database, "a", "1"):
        _ = 1 / 0
    with ingestion_lease(database, "b", "2", timeout_seconds=0) as mine:
        mine.check()
        assert database[LEASES].count_documents({}) == 1
    assert database[LEASES].count_documents({}) == 0


def test_the_error_names_the_holder_since_when_and_what_to_do(
    database: Documents, other_holder: Callable[..., Holder]
) -> None:
    holder = other_holder()
    messages: list[str] = []
    who = rf"clickhouse_raw, run run-of-the-other-process, process {holder.process.pid} on \S+, since \d{{4}}-.* UTC"
    with (
        pytest.raises(LeaseHeldError, match=rf"mongo_collections waited 1 s .*{who}.*Wait for that run or stop it"),
        ingestion_lease(database, "mongo_collections", "mine", messages.append, timeout_seconds=1),
    ):
        pass
    (once,) = messages
    assert re.fullmatch(f"mongo_collections waits for another run: {who}", once)
    assert holder.write() == "written"


def test_a_waiting_run_continues_when_the_other_one_has_ended(
    database: Documents, other_holder: Callable[..., Holder]
) -> None:
    holder = other_holder()
    Thread(target=lambda: (sleep(1), holder.process.communicate("")), daemon=True).start()
    with ingestion_lease(database, "mongo_collections", "mine", timeout_seconds=30) as mine:
        assert holder.process.wait(10) == 0
        mine.check()


def test_a_lease_that_is_renewed_does_not_expire(
    database: Documents, other_holder: Callable[..., Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 1.5)
    holder = other_holder()
    with pytest.raises(LeaseHeldError), ingestion_lease(database, "a", "1", timeout_seconds=4):
        pass
    assert holder.write() == "written"


def test_the_lease_of_a_killed_process_is_taken_at_once(
    database: Documents, other_holder: Callable[..., Holder]
) -> None:
    holder = other_holder(heartbeat=60)
    os.kill(holder.process.pid, signal.SIGKILL)  # it stays a zombie: nobody has waited for it yet
    begun = monotonic()
    with ingestion_lease(database, "a", "1"):
        assert monotonic() - begun < lease.EXPIRY_SECONDS / 4


@pytest.mark.parametrize("writes", [True, False])
def test_a_holder_that_wrote_nothing_and_was_killed_or_copied_is_no_reason_to_warn(
    database: Documents, caplog: pytest.LogCaptureFixture, writes: bool
) -> None:
    with ingestion_lease(database, "shop backup", "from the command line", writes=writes):
        copied = database[LEASES].find_one({})
    assert copied is not None
    copied["process"]["pid"] = 2**22 + 1
    database[LEASES].insert_one(copied)
    with ingestion_lease(database, "a", "1"):
        pass
    assert ("taking over the lease" in caplog.text) is writes


def test_the_lease_of_another_machine_is_taken_when_it_has_expired(
    database: Documents, other_holder: Callable[..., Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = other_holder(heartbeat=60)
    database[LEASES].update_one({}, {"$set": {"process.machine": "another machine"}})
    holder.process.kill()
    holder.process.wait()
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 5.0)
    with pytest.raises(LeaseHeldError), ingestion_lease(database, "a", "1", timeout_seconds=1):
        pass
    with ingestion_lease(database, "a", "1", timeout_seconds=10) as mine:
        mine.check()


def test_a_paused_holder_that_wakes_up_too_late_may_not_write(
    database: Documents, other_holder: Callable[..., Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = other_holder()
    assert holder.write() == "written"
    holder.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 1.0)
    with ingestion_lease(database, "clickhouse_mart", "the-next-run") as mine:
        holder.process.send_signal(signal.SIGCONT)
        refused = holder.write()
        assert "another run holds it now: clickhouse_mart, run the-next-run" in refused
        mine.check()


def test_what_a_late_holder_gives_back_is_not_the_lease_of_the_next_one(database: Documents) -> None:
    with ingestion_lease(database, "a", "1") as late:
        database[LEASES].delete_many({})
        with pytest.raises(LeaseLostError, match="a run that has just ended"):
            late.check()
        with ingestion_lease(database, "b", "2") as mine:
            late.release()
            mine.check()
