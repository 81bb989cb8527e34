"""Documents that a collection has lost are loaded again from their objects, and nothing else is."""

import pytest

from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.loads import ledger
from shop_assets.document_store.loads.ledger import Ledger
from shop_assets.document_store.loads.read_tasks import Purpose, ReadTask
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, lose, open_rejects, put, store
from shop_assets_tests.writers import SoleWriter


def test_a_lost_document_is_loaded_again_from_its_object_alone(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2))
    put(bucket, "stores/b.jsonl", store(1, turn=2), store(3))
    put(bucket, "stores/c.json", store(4))
    load(database, bucket)
    lose(database, "store-002")

    report = load(database, bucket)

    assert (report.read, report.inserted, report.restored, report.objects_read) == (1, 1, 1, 1)
    # The neighbour of the lost one in its object has been superseded by a later copy, and stays so.
    assert all_stores(database)["store-001"]["turn"] == 2
    assert load(database, bucket).read == 0


def test_a_dropped_collection_comes_back_whole(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/many.jsonl", *(store(number) for number in range(2500)))
    assert load(database, bucket).inserted == 2500
    assert load(database, bucket).read == 0  # with an entry of several parts
    database.stores.drop()

    report = load(database, bucket)

    assert (report.inserted, report.restored) == (2500, 2500)
    assert database.stores.count_documents({}) == 2500


def outline(task: ReadTask) -> tuple[str, bool, int | None]:
    return task.summary.key, task.purpose is Purpose.NEW, None if task.ids is None else len(task.ids)


def test_lost_ids_are_held_up_to_a_limit_for_all_objects_of_a_page_together(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MAXIMUM_MISSING", 4)
    for name, numbers in {"a": range(3), "b": range(10, 12), "c": range(20, 21), "d": range(30, 33)}.items():
        put(bucket, f"stores/{name}.jsonl", *(store(number) for number in numbers))
    load(database, bucket)
    for number in range(40):
        lose(database, f"store-{number:03}")

    tasks = list(
        Ledger(database, "stores", Deletions(database, SoleWriter(database.client))).read_tasks(
            list(bucket.list("stores/"))
        )
    )

    assert [outline(task) for task in tasks] == [
        ("stores/a.jsonl", False, 3),
        ("stores/b.jsonl", False, None),
        ("stores/c.jsonl", False, 1),
        ("stores/d.jsonl", False, None),
    ]
    assert load(database, bucket, batch_size=2).restored == 9
    assert load(database, bucket).read == 0


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_beyond_the_limit_too_only_gaps_are_filled_and_of_lost_copies_the_last_wins(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    monkeypatch.setattr(ledger, "MAXIMUM_MISSING", 0)
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2, turn=1), store(3), store(4), {"store_id": ""})
    put(bucket, "stores/b.jsonl", store(1, turn=2), store(2, turn=2), store(5, turn=2))
    load(database, bucket)
    database.stores.update_one({"_id": "store-005"}, {"$set": {"turn": "by hand"}})
    database.stores.delete_one({"_id": "store-003"})
    load(database, bucket)
    lost = ["store-001", "store-004"]
    database.stores.delete_many({"_id": {"$in": lost}})
    database.deleted_documents.update_one({"_id": "position"}, {"$set": {"token": {"_data": "zz"}}})

    report = load(database, bucket, batch_size)

    assert (report.inserted, report.restored, report.replaced) == (2, 2, 0)
    turns = {name: document.get("turn") for name, document in all_stores(database).items()}
    assert turns == {"store-001": 2, "store-002": 2, "store-004": None, "store-005": "by hand"}
    assert open_rejects(database) == [("stores/a.jsonl", 5)]
    assert load(database, bucket).read == 0
