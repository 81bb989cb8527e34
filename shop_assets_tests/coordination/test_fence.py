"""Transactions of holders of the lease that were paused or killed, between real processes."""

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
from shop_assets.coordination.errors import LeaseLostError
from shop_assets.coordination.lease import LEASES, Lease, ingestion_lease
from shop_assets.settings import Settings
from shop_assets_tests.coordination import writing_process

Documents = Database[dict[str, Any]]
VERSIONS = {"s-1": "older", "s-2": "older"}


@pytest.fixture
def notes(database: Documents) -> Documents:
    database.notes.insert_many([{"_id": "s-1", "version": "first"}, {"_id": "s-2", "version": "first"}])
    return database


@pytest.fixture
def short_expiry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "EXPIRY_SECONDS", 1.0)


def begin(settings: Settings, number: signal.Signals) -> subprocess.Popen[str]:
    arguments = [settings.mongo_uri.get_secret_value(), settings.mongo_database, str(int(number))]
    return subprocess.Popen(
        [sys.executable, writing_process.__file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(lease.__file__).parents[2])},
    )


@pytest.fixture
def paused(settings: Settings, notes: Documents) -> Iterator[subprocess.Popen[str]]:
    """A writer that is paused in the middle of its transaction."""
    process = begin(settings, signal.SIGSTOP)
    deadline = monotonic() + 30
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert monotonic() < deadline
        sleep(0.02)
    yield process
    process.kill()
    process.communicate()
    with ingestion_lease(notes, "a", "1"):
        pass  # ends a transaction that is still open, or SecantusDB would not drop the database


def versions(database: Documents) -> dict[str, str]:
    return {document["_id"]: document["version"] for document in database.notes.find()}


def write_newer(database: Documents, held: Lease) -> None:
    held.transact(lambda session: database.notes.update_many({}, {"$set": {"version": "newer"}}, session=session))


@pytest.mark.usefixtures("short_expiry")
def test_a_transaction_that_was_open_at_a_takeover_changes_nothing(
    notes: Documents, paused: subprocess.Popen[str]
) -> None:
    begun = monotonic()
    with ingestion_lease(notes, "mongo_collections", "the-next-run") as held:
        write_newer(notes, held)
        assert monotonic() - begun < 10, "the paused transaction was waited for"
    paused.send_signal(signal.SIGCONT)
    answer, _ = paused.communicate(timeout=30)
    assert "mongo_collections did not renew the lease" in answer
    assert versions(notes) == dict.fromkeys(VERSIONS, "newer")


def test_the_transaction_of_a_killed_holder_blocks_nobody(settings: Settings, notes: Documents) -> None:
    process = begin(settings, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    process.communicate()
    begun = monotonic()
    with ingestion_lease(notes, "mongo_collections", "the-next-run") as held:
        write_newer(notes, held)
    assert monotonic() - begun < 5
    assert versions(notes) == dict.fromkeys(VERSIONS, "newer")


def test_a_transaction_of_a_holder_that_was_never_overtaken_takes_effect(
    notes: Documents, paused: subprocess.Popen[str]
) -> None:
    paused.send_signal(signal.SIGCONT)
    answer, _ = paused.communicate(timeout=30)
    assert answer == "written\n"
    assert versions(notes) == VERSIONS


def test_a_holder_that_pauses_while_it_takes_the_fence_does_not_replace_the_next_ones(
    notes: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Lease(notes, "mongo_collections", "late")
    assert late.try_acquire() is None
    original = late._fence._end_session_of

    def overtaken(fence: dict[str, Any] | None) -> None:
        original(fence)
        monkeypatch.setattr(late._fence, "_end_session_of", original)
        notes[LEASES].delete_many({})
        next_one = Lease(notes, "mongo_collections", "next")
        assert next_one.try_acquire() is None
        next_one.take_fence()
        write_newer(notes, next_one)

    monkeypatch.setattr(late._fence, "_end_session_of", overtaken)
    with pytest.raises(LeaseLostError, match="run next"):
        late.take_fence()
    with pytest.raises(LeaseLostError, match="run next"):
        late.transact(lambda _: None)
    assert versions(notes) == dict.fromkeys(VERSIONS, "newer")
