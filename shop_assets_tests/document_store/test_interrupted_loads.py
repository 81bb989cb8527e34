"""Loads and retries that were killed or overtaken: what they leave, and what the next one makes of it."""

from typing import Any

import pytest

from shop_assets.coordination.writers import Result, Write
from shop_assets.document_store import rejects, shapes
from shop_assets.document_store.loads import batch_writing, intake, ledger
from shop_assets.document_store.loads.ledger import Ledger
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.loads.retrying import retry_rejected
from shop_assets.documents.kinds import STORES
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, lose, open_rejects, put, store
from shop_assets_tests.writers import SoleWriter


class KilledError(Exception):
    pass


def kill(*_: object) -> None:
    raise KilledError


def test_rejects_of_an_object_that_did_not_change_stay_open_when_the_load_of_what_it_lost_is_killed(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), {"store_id": ""})
    load(database, bucket)
    lose(database, "store-001")
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "MAXIMUM_MISSING", 0)
        patched.setattr(intake, "read_documents", kill)
        with pytest.raises(KilledError):
            load(database, bucket)

    assert open_rejects(database) == [("stores/a.jsonl", 2)]
    assert load(database, bucket).restored == 1
    assert open_rejects(database) == [("stores/a.jsonl", 2)]


@pytest.mark.parametrize("step", ["documents", "rejects", "ledger"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_load_that_was_killed_is_finished_by_the_next_one(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    for number in range(6):
        put(bucket, f"stores/{number}.jsonl", store(number), store(100, turn=number), {"store_id": ""})
    calls = 0

    def killing(original: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == at:
                raise KilledError
            return original(*arguments, **named)

        return call

    targets = {
        "documents": (batch_writing, "write_documents"),
        "rejects": (rejects, "save"),
        "ledger": (Ledger, "write"),
    }
    with monkeypatch.context() as patched:
        owner, name = targets[step]
        patched.setattr(owner, name, killing(getattr(owner, name)))
        with pytest.raises(KilledError):
            load(database, bucket, batch_size=3)

    load(database, bucket, batch_size=3)

    stores = all_stores(database)
    assert sorted(stores) == ["store-000", "store-001", "store-002", "store-003", "store-004", "store-005", "store-100"]
    assert stores["store-100"]["turn"] == 5
    assert database.rejected_documents.count_documents({"superseded": False}) == 6
    assert load(database, bucket).read == 0


class LeaseLostError(Exception):
    pass


class OvertakenWriter(SoleWriter):
    """A writer that may no longer write after so many transactions."""

    def __init__(self, database: Documents, transactions: int) -> None:
        super().__init__(database.client)
        self._left = transactions

    def transact(self, write: Write[Result]) -> Result:
        self._left -= 1
        if self._left < 0:
            raise LeaseLostError
        return super().transact(write)


def test_a_load_that_was_overtaken_writes_nothing_more(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2), {"store_id": ""}, store(3))

    with pytest.raises(LeaseLostError):
        load_landing(database, bucket, [STORES], batch_size=2, writer=OvertakenWriter(database, 3))

    assert sorted(all_stores(database)) == ["store-001", "store-002"]
    assert open_rejects(database) == []
    assert database.loaded_objects.count_documents({}) == 0


def test_a_retry_that_was_overtaken_changes_nothing(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, manager="Ольга"))
    load(database, bucket)
    monkeypatch.setitem(shapes.CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type

    with pytest.raises(LeaseLostError):
        retry_rejected(database, bucket, STORES, {"stores/a.jsonl": [2]}, writer=OvertakenWriter(database, 0))

    assert sorted(all_stores(database)) == ["store-001"]
    assert open_rejects(database) == [("stores/a.jsonl", 2)]
