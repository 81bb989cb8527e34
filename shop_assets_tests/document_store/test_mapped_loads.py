"""Documents that need a mapping, a wrapper removed or Extended JSON decoded: landing keeps them, MongoDB gets ours."""

from datetime import UTC, datetime

import pytest
from bson.decimal128 import Decimal128

from shop_assets.document_store.loads import ledger
from shop_assets.landing.mapping.mapping_file import parse_mapping
from shop_assets.landing.mapping.stored_mapping import store_mapping
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, put, store

FIELDS = """
[stores.fields]
shop_no = "store_id"
title = "store_name"
[stores]
texts = ["store_id"]
"""


def names(database: Documents) -> dict[str, object]:
    return {document_id: document.get("store_name") for document_id, document in all_stores(database).items()}


def test_a_mapping_is_applied_when_documents_are_loaded_and_another_one_loads_them_again(
    database: Documents, bucket: Bucket
) -> None:
    put(bucket, "stores/a.jsonl", {"shop_no": 1, "title": "Один"}, {"shop_no": "2", "title": "Два"}, store(3))
    assert load(database, bucket).reasons.total() == 2
    store_mapping(bucket, parse_mapping("shop.toml", FIELDS))

    report = load(database, bucket)

    assert (report.inserted, report.unchanged, report.rejected) == (2, 1, 0)
    assert names(database) == {"1": "Один", "2": "Два", "store-003": "Пикча 3"}
    assert report.rules == {"shop_no -> store_id": 2, "title -> store_name": 2, "store_id as text": 1}
    assert report.mapping.startswith("shop.toml, ")
    assert b"shop_no" in bucket.get("stores/a.jsonl")
    assert load(database, bucket).read == 0

    database.stores.delete_one({"_id": "2"})
    store_mapping(bucket, parse_mapping("shop.toml", FIELDS + '[stores.constants]\ntype = "offline"'))
    again = load(database, bucket)
    assert (again.read, again.replaced) == (3, 2)
    assert "2" not in all_stores(database)  # deleted in MongoDB: only a new version of its object brings it back
    store_mapping(bucket, parse_mapping("none.toml", ""))
    last = load(database, bucket)
    assert last.rejected == 2
    # By the rules of now nothing has the id "1", and "2" was deleted already.
    assert (again.undelivered_count, last.undelivered_count, last.undelivered) == (0, 1, {"1"})
    assert "1" in all_stores(database)
    assert load(database, bucket).undelivered_count == 0  # said once, by the load that read the objects again


def test_extended_json_becomes_values_of_mongodb(database: Documents, bucket: Bucket) -> None:
    put(
        bucket,
        "stores/a.jsonl",
        store(1, opened={"$date": {"$numberLong": "1768906800000"}}, area={"$numberDecimal": "200.50"}),
        store(2, opened={"$date": "soon"}),
        {"schema": None, "payload": {"op": "d", "before": store(3), "after": None}},
        {"stores": [store(4), store(5)]},
    )

    report = load(database, bucket)

    stored = all_stores(database)
    assert stored["store-001"]["opened"] == datetime(2026, 1, 20, 11, tzinfo=UTC)
    assert stored["store-001"]["area"] == Decimal128("200.50")
    assert stored["store-003"]["__deleted"] is True
    assert list(stored) == ["store-001", "store-003", "store-004", "store-005"]
    assert report.reasons == {"Extended JSON that cannot be read: $date": 1}
    assert report.readings == {"Extended JSON": 1, "schema/payload": 1, "before/after": 1, "page: stores": 2}


def test_pages_of_which_none_is_the_last_are_incomplete_until_the_others_come(
    database: Documents, bucket: Bucket
) -> None:
    put(bucket, "stores/page-1.json", {"stores": [store(1), store(2)], "next": "https://shop.example/stores?page=2"})
    assert load(database, bucket).missing_pages == "1 page, which says that another follows"
    assert load(database, bucket).missing_pages == ""
    put(bucket, "stores/page-1.json", {"stores": [store(1), store(3)], "next": "https://shop.example/stores?page=2"})
    put(bucket, "stores/page-2.json", {"stores": [store(4)], "next": None})
    assert load(database, bucket).missing_pages == ""
    put(bucket, "stores/page-3.json", {"stores": [store(5)], "total_count": 5})
    assert load(database, bucket).missing_pages == "1 of 5 documents"


def test_a_new_version_of_the_loader_changes_only_what_it_reads_otherwise(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2), store(3, area={"$numberInt": "5"}), store(4))
    with monkeypatch.context() as older:
        older.setattr(ledger, "LOADER_VERSION", 2)
        load(database, bucket)
    database.stores.update_one({"_id": "store-001"}, {"$set": {"store_name": "Исправлена в MongoDB"}})
    database.stores.update_one({"_id": "store-003"}, {"$set": {"area": {"numberInt": "5"}}})  # as version 2 left it
    database.stores.delete_one({"_id": "store-002"})

    report = load(database, bucket)

    stored = all_stores(database)
    assert (report.replaced, report.inserted) == (1, 0)
    assert stored["store-001"]["store_name"] == "Исправлена в MongoDB"
    assert stored["store-003"]["area"] == 5
    assert "store-002" not in stored


def test_a_reject_counts_the_documents_that_may_have_gone_with_it(database: Documents, bucket: Bucket) -> None:
    damaged = b"".join(b'{\n  "store_id": "s-%d",\n  "n": {"a": 1\n}\n' % number for number in range(5))
    put(bucket, "stores/a.json", damaged)
    report = load(database, bucket)
    assert (report.read, report.rejected, report.reasons) == (5, 5, {"not JSON": 5})
    (reject,) = database.rejected_documents.find()
    assert reject["documents"] == 5
