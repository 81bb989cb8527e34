"""Documents that were deleted in MongoDB stay away though their files are in landing; lost ones come back."""

from typing import Any

import pytest

from shop_assets.document_store.ledger import Ledger
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, load, put, store


def ids(database: Documents) -> set[str]:
    return {document["_id"] for document in database.stores.find({}, {"_id": 1})}


@pytest.fixture
def delivered(database: Documents, bucket: Bucket) -> Bucket:
    put(bucket, "stores/some.jsonl", *(store(number) for number in range(1, 5)))
    put(bucket, "stores/five.json", store(5))
    load(database, bucket)
    return bucket


def test_a_deleted_document_stays_deleted_over_many_loads(database: Documents, delivered: Bucket) -> None:
    database.stores.delete_many({"_id": {"$in": ["store-002", "store-005"]}})
    for _ in range(3):
        report = load(database, delivered)
        assert (report.read, report.restored, report.deleted) == (0, 0, 2)
    assert ids(database) == {"store-001", "store-003", "store-004"}


def test_a_new_version_of_its_object_brings_a_deleted_document_back(database: Documents, delivered: Bucket) -> None:
    database.stores.delete_one({"_id": "store-005"})
    load(database, delivered)
    put(delivered, "stores/five.json", store(5, store_name="Снова"))
    assert load(database, delivered).inserted == 1
    database.deleted_documents.update_one({"_id": "position"}, {"$set": {"token": {"_data": "zz"}}})
    database.stores.drop()  # from here on it counts as lost, like any other
    assert load(database, delivered).restored == 5


def test_a_document_that_was_put_back_counts_as_lost_when_it_is_missing_later(
    database: Documents, delivered: Bucket
) -> None:
    database.stores.delete_one({"_id": "store-005"})
    load(database, delivered)
    database.stores.insert_one({"_id": "store-005"} | store(5))
    load(database, delivered)
    database.stores.drop()
    report = load(database, delivered)
    assert (report.restored, report.deleted) == (5, 0)


def test_a_dropped_collection_comes_back_without_what_was_known_to_be_deleted(
    database: Documents, delivered: Bucket
) -> None:
    database.stores.delete_one({"_id": "store-002"})
    load(database, delivered)
    database.stores.drop()
    report = load(database, delivered)
    assert (report.restored, report.deleted) == (4, 1)


def test_what_is_deleted_while_a_load_is_under_way_stays_deleted(
    database: Documents, delivered: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Ledger.write

    def write_and_delete(self: Ledger, entries: Any, session: Any) -> None:
        original(self, entries, session)
        database.stores.delete_one({"_id": "store-001"})

    put(delivered, "stores/six.json", store(6))
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "write", write_and_delete)
        assert load(database, delivered).inserted == 1
    assert load(database, delivered).deleted == 1
    assert ids(database) == {f"store-{number:03}" for number in range(2, 7)}


def test_when_the_stream_has_no_event_a_missing_document_counts_as_lost(database: Documents, delivered: Bucket) -> None:
    database.stores.delete_one({"_id": "store-005"})
    database.deleted_documents.update_one({"_id": "position"}, {"$set": {"token": {"_data": "zz"}}})
    assert load(database, delivered).restored == 1
    database.stores.delete_one({"_id": "store-005"})
    assert load(database, delivered).deleted == 1
