"""Rejected documents that are read again: what passes now goes in, unless something newer is there."""

from typing import Any

import pytest

from shop_assets.document_store import shapes
from shop_assets.document_store.loads.retrying import retry_rejected
from shop_assets.documents.kinds import STORES
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, lose, open_rejects, put, store
from shop_assets_tests.writers import SoleWriter


def test_rejected_documents_are_loaded_when_a_rule_was_loosened_and_their_neighbours_stay(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, manager="Ольга"), store(3, manager="Пётр"), {"store_id": ""})
    put(bucket, "stores/gone.json", store(4, manager="Анна"))
    put(bucket, "stores/changed.json", store(5, manager="Яна"))
    assert load(database, bucket).rejected == 5
    database.stores.update_one({"_id": "store-001"}, {"$set": {"store_name": "by hand"}})
    monkeypatch.setitem(shapes.CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type
    bucket.delete(["stores/gone.json"])
    put(bucket, "stores/changed.json", store(5))

    places = {"stores/a.jsonl": [2, 4], "stores/gone.json": [1], "stores/changed.json": [1]}
    retried = retry_rejected(database, bucket, STORES, places, batch_size=1, writer=SoleWriter(database.client))

    assert (retried.loaded, retried.missing_objects) == ({("stores/a.jsonl", 2): "store-002"}, ["stores/gone.json"])
    assert all_stores(database).keys() == {"store-001", "store-002"}
    assert all_stores(database)["store-001"]["store_name"] == "by hand"
    assert open_rejects(database) == [("stores/a.jsonl", 3), ("stores/a.jsonl", 4), ("stores/changed.json", 1)]
    # A changed object is the next load's; and what a retry brought is known to the ledger.
    lose(database, "store-002")
    report = load(database, bucket)
    assert (report.inserted, report.restored) == (2, 1)
    assert open_rejects(database) == [("stores/a.jsonl", 3), ("stores/a.jsonl", 4)]


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_a_retry_of_a_rejected_document_leaves_a_newer_one_of_its_id(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    def wrong(number: int, turn: int) -> dict[str, Any]:
        return store(number, turn=turn, manager="Ольга")

    put(bucket, "stores/a.jsonl", wrong(1, 1), wrong(2, 1), wrong(3, 1), store(2, turn=2), wrong(4, 1), wrong(4, 2))
    put(bucket, "stores/b.jsonl", store(1, turn=2))
    load(database, bucket)
    database.stores.insert_one({"_id": "store-003"} | store(3, turn="by hand"))
    monkeypatch.setitem(shapes.CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type
    places = [position for _, position in open_rejects(database)]
    assert places == [1, 2, 3, 5, 6]

    retried = retry_rejected(
        database, bucket, STORES, {"stores/a.jsonl": places}, batch_size, writer=SoleWriter(database.client)
    )

    assert {position: name for (_, position), name in retried.loaded.items()} == {
        1: "store-001", 2: "store-002", 3: "store-003", 5: "store-004", 6: "store-004",
    }  # fmt: skip
    turns = {name: document["turn"] for name, document in all_stores(database).items()}
    assert turns == {"store-001": 2, "store-002": 2, "store-003": "by hand", "store-004": 2}
    assert open_rejects(database) == []
