"""Documents that were deleted in MongoDB stay away though their files are in landing; lost ones come back."""

from collections.abc import Iterator
from typing import Any

import pytest

from shop_assets.document_store import deletions
from shop_assets.document_store.capture.changes import Change, changes_since
from shop_assets.document_store.loads import ledger
from shop_assets.document_store.loads.ledger import Ledger
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, load, put, store
from shop_assets_tests.writers import SoleWriter


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


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What loads read of the change stream."""
    read: list[object] = []

    def noted(*arguments: Any) -> Iterator[Any]:
        for item in changes_since(*arguments):
            read.append(item)
            yield item

    monkeypatch.setattr(deletions, "changes_since", noted)
    return read


def test_a_load_that_misses_no_document_reads_no_changes_and_the_next_one_not_its_inserts(
    database: Documents, delivered: Bucket, followed: list[object]
) -> None:
    put(delivered, "stores/more.jsonl", *(store(number) for number in range(10, 30)))
    for _ in range(2):
        load_landing(database, delivered, writer=SoleWriter(database.client))
    assert followed == []
    database.stores.delete_one({"_id": "store-005"})
    assert load_landing(database, delivered, writer=SoleWriter(database.client))["stores"].deleted == 1
    changes = [item for item in followed if isinstance(item, Change)]
    assert [(change.operation, change.document_id) for change in changes] == [("delete", "store-005")]


def test_what_is_deleted_before_its_object_is_read_by_new_rules_stays_deleted(
    database: Documents, delivered: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_landing(database, delivered, writer=SoleWriter(database.client))
    database.stores.delete_many({"_id": {"$in": ["store-002", "store-005"]}})
    monkeypatch.setattr(ledger, "LOADER_VERSION", ledger.LOADER_VERSION + 1)
    assert load(database, delivered).inserted == 0
    assert ids(database) == {"store-001", "store-003", "store-004"}


def test_a_deletion_is_found_however_many_loads_of_other_documents_come_between(
    database: Documents, delivered: Bucket
) -> None:
    load_landing(database, delivered, writer=SoleWriter(database.client))
    database.stores.delete_one({"_id": "store-005"})
    put(delivered, "products/one.json", {"id": "prd-1", "name": "Молоко"})
    for _ in range(2):
        assert load_landing(database, delivered, writer=SoleWriter(database.client))["stores"].restored == 0
    assert "store-005" not in ids(database)


def test_a_deletion_is_known_though_its_object_was_not_in_landing_for_a_while(
    database: Documents, delivered: Bucket
) -> None:
    delivered.delete(["stores/five.json"])
    database.stores.delete_one({"_id": "store-005"})
    load(database, delivered)
    load(database, delivered)
    put(delivered, "stores/five.json", store(5))
    report = load(database, delivered)
    assert (report.restored, report.deleted) == (0, 1)
    assert "store-005" not in ids(database)
