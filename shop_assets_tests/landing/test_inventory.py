import sqlite3

import orjson
import pytest

from shop_assets.coordination import workers
from shop_assets.documents.kinds import CUSTOMERS, STORES
from shop_assets.landing.files.parsing import NOT_JSON
from shop_assets.landing.files.reading import UNKNOWN_FILE_TYPE
from shop_assets.landing.files.split_texts import EMPTY_FILE
from shop_assets.landing.inventory import contents, inventory_entries
from shop_assets.landing.inventory.contents import count_inventory, open_inventory, stores_without_customers
from shop_assets.landing.inventory.inventory_database import InventoryCounts, InventoryDatabase
from shop_assets.landing.mapping.mapping_file import NO_MAPPING, parse_mapping
from shop_assets.landing.mapping.stored_mapping import store_mapping
from shop_assets.object_store.bucket import Bucket

INVENTORY = "_inventory/stores.sqlite"


def put(bucket: Bucket, key: str, *documents: object) -> None:
    bucket.put(key, b"\n".join(map(orjson.dumps, documents)), "application/x-ndjson")


def put_customer(bucket: Bucket, number: int, store_id: object) -> None:
    put(
        bucket,
        f"customers/{number}.json",
        {"customer_id": f"cus-{number}", "purchase_location": {"store_id": store_id}},
    )


def test_an_empty_landing_has_nothing_in_stock(bucket: Bucket):
    assert count_inventory(bucket, STORES) == InventoryCounts(0, 0, 0, 0, 0, {})


def test_ids_are_counted_as_they_are_compared_and_what_has_none_or_cannot_be_read_is_distinguished(bucket: Bucket):
    put(bucket, "stores/a.json", {"store_id": "store-001"})
    put(bucket, "stores/b.jsonl", {"store_id": " STORE-001 "}, {"store_id": "store-002"}, {"store_id": "  "}, {})
    bucket.put("stores/c.json", b"nonsense", "application/json")
    bucket.put("stores/d.json", b"more nonsense", "application/json")
    bucket.put("stores/e.json", b"", "application/json")
    bucket.put("stores/f.txt", b"{}", "text/plain")
    bucket.put("stores/g.json", b"[]", "application/json")
    bucket.put("stores/h.json", b'{"store_id": "\\ud83e"}', "application/json")
    counts = count_inventory(bucket, STORES)
    assert (counts.objects, counts.documents, counts.distinct_ids, counts.without_id) == (8, 6, 2, 3)
    assert counts.faults == {EMPTY_FILE: 1, NOT_JSON: 2, UNKNOWN_FILE_TYPE: 1}
    assert counts.unreadable == 4
    assert counts.bytes == sum(summary.size for summary in bucket.list("stores/"))


@pytest.mark.parametrize(("count", "largest"), [(1, 10**6), (1, 30), (2, 10**6), (2, 30)])
def test_all_is_counted_whoever_parses_it_whatever_its_size(bucket: Bucket, monkeypatch, count: int, largest: int):
    monkeypatch.setattr(workers, "FIRST_BATCHES", 1)
    monkeypatch.setattr(contents, "BATCH_OBJECTS", 2)
    monkeypatch.setattr(contents, "LARGEST_FETCHED", largest)
    for number in range(9):
        put(bucket, f"stores/{number}.jsonl", *({"store_id": f"store-{one}"} for one in range(number, 2 * number)))
    bucket.put("stores/c.json", b"nonsense", "application/json")
    counts = count_inventory(bucket, STORES, count)
    assert (counts.documents, counts.distinct_ids, counts.faults) == (36, 15, {NOT_JSON: 1})


def test_what_is_new_changed_or_gone_is_seen_and_nothing_else_is_read_again(bucket: Bucket, monkeypatch):
    read = []
    reader = inventory_entries.read_stream
    monkeypatch.setattr(inventory_entries, "read_stream", lambda *given: read.append(given[0]) or reader(*given))

    put(bucket, "stores/same.json", {"store_id": "store-001"})
    put(bucket, "stores/changed.json", {"store_id": "store-002"})
    put(bucket, "stores/gone.json", {"store_id": "store-003"})
    assert count_inventory(bucket, STORES).distinct_ids == 3
    assert sorted(read) == ["stores/changed.json", "stores/gone.json", "stores/same.json"]
    read.clear()

    put(bucket, "stores/changed.json", {"store_id": "store-004"}, {"store_id": "store-005"})
    put(bucket, "stores/new.json", {"store_id": "store-006"})
    bucket.delete(["stores/gone.json"])
    assert count_inventory(bucket, STORES).distinct_ids == 4
    assert sorted(read) == ["stores/changed.json", "stores/new.json"]
    read.clear()

    before = bucket.find(INVENTORY)
    assert count_inventory(bucket, STORES).distinct_ids == 4
    assert read == []
    assert bucket.find(INVENTORY) == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_damaged_inventory_is_made_again(bucket: Bucket, content: bytes):
    put(bucket, "stores/a.json", {"store_id": "store-001"})
    bucket.put(INVENTORY, content, "application/vnd.sqlite3")
    assert count_inventory(bucket, STORES).distinct_ids == 1


def test_an_inventory_of_another_version_is_made_again(bucket: Bucket, tmp_path):
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        old.execute("PRAGMA user_version = 99")
    put(bucket, "stores/a.json", {"store_id": "store-001"})
    bucket.put(INVENTORY, path.read_bytes(), "application/vnd.sqlite3")
    assert count_inventory(bucket, STORES).distinct_ids == 1


def test_a_reading_that_was_broken_off_leaves_nothing_half_counted(bucket: Bucket, tmp_path):
    for number in range(3):
        put(bucket, f"stores/{number}.json", {"store_id": f"store-{number}"})
    database = InventoryDatabase(tmp_path / "stores.sqlite")
    database.adopt_listing(bucket.list("stores/"))
    number, _, _ = next(database.unread())
    database.record(number, [])
    database.save()
    database.close()
    again = InventoryDatabase(tmp_path / "stores.sqlite")
    assert again.adopt_listing(bucket.list("stores/"))
    assert len(list(_read_all(again))) == 2
    assert again.counts().objects == 3
    again.close()


def _read_all(database: InventoryDatabase):
    for number, key, _ in database.unread():
        database.record(number, [])
        yield key


def test_stores_in_which_nobody_registered_are_found_by_their_ids_as_they_are_compared(bucket: Bucket):
    put(bucket, "stores/all.jsonl", *({"store_id": f"store-{number:03d}"} for number in range(1, 6)), {})
    put_customer(bucket, 1, "store-001")
    put_customer(bucket, 2, "  STORE-002 ")
    put_customer(bucket, 3, None)
    put_customer(bucket, 4, "store-999")
    put(bucket, "customers/5.json", {"customer_id": "cus-5", "purchase_location": "store-003"})
    put(bucket, "customers/6.json", {"customer_id": "cus-6"})
    assert stores_without_customers(bucket) == ["store-003", "store-004", "store-005"]
    with open_inventory(bucket, CUSTOMERS) as customers:
        assert customers.counts().distinct_ids == 6


def test_ids_are_counted_as_the_mapping_reads_them_and_rejects_by_the_documents_in_them(bucket: Bucket):
    put(bucket, "stores/a.jsonl", {"shop": 1}, {"shop": "2"}, {"data": [{"shop": "2"}, {"shop": "3"}]})
    bucket.put("stores/b.json", b'{\n "a": {\n}\n{\n "a": {\n}\n', "application/json")
    before = count_inventory(bucket, STORES)
    assert (before.documents, before.without_id, before.distinct_ids, before.faults) == (4, 4, 0, {NOT_JSON: 2})

    store_mapping(bucket, parse_mapping("a.toml", '[stores]\ntexts = ["store_id"]\n[stores.fields]\nshop = "store_id"'))

    after = count_inventory(bucket, STORES)
    assert (after.documents, after.without_id, after.distinct_ids) == (4, 0, 3)
    store_mapping(bucket, NO_MAPPING)
    assert count_inventory(bucket, STORES) == before
