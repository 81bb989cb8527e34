"""What becomes of the documents of new and of changed objects."""

from typing import Any

import bson
import orjson
import pytest
from bson.raw_bson import RawBSONDocument

from shop_assets.document_store.loads import preparation
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.writing import write_documents
from shop_assets.documents.kinds import PRODUCTS, PURCHASES
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, put, store
from shop_assets_tests.writers import SoleWriter


def test_a_document_is_stored_under_its_natural_id_as_it_was(database: Documents, bucket: Bucket) -> None:
    document = {"zeta": 1, "store_id": " Store-001 ", "alpha": [1.5, {"b": None, "a": "Ёж"}], "_id": "its own", "n": 7}
    put(bucket, "stores/a.json", document)

    report = load(database, bucket)

    assert (report.read, report.inserted, report.objects_read) == (1, 1, 1)
    stored = database.stores.find_one({"_id": "store-001"})
    assert stored is not None
    assert list(stored) == ["_id", "zeta", "store_id", "alpha", "n"]
    assert stored == document | {"_id": "store-001"}
    assert list(stored["alpha"][1]) == ["b", "a"]


def test_loading_again_reads_nothing_and_changes_nothing(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.json", store(1))
    put(bucket, "stores/b.jsonl", store(2), store(3))
    load(database, bucket)

    report = load(database, bucket)

    assert (report.read, report.objects_read, report.objects_skipped) == (0, 0, 2)


def test_a_changed_object_replaces_what_changed_and_makes_no_event_for_the_rest(
    database: Documents, bucket: Bucket
) -> None:
    put(bucket, "stores/all.jsonl", store(1), store(2), store(3))
    load(database, bucket)
    with database.watch([{"$match": {"ns.coll": "stores"}}], max_await_time_ms=200) as stream:
        put(bucket, "stores/all.jsonl", store(1), store(2, store_name="Новая"), store(3))
        report = load(database, bucket)
        event = stream.next()
        assert (event["operationType"], event["documentKey"]["_id"]) == ("replace", "store-002")
        assert stream.try_next() is None

    assert (report.read, report.inserted, report.replaced, report.unchanged) == (3, 0, 1, 2)


@pytest.mark.parametrize("batch_size", [1, 2, 1000])
def test_of_copies_the_last_wins_and_they_are_counted(database: Documents, bucket: Bucket, batch_size: int) -> None:
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2, turn=1), store(1, turn=2))
    put(bucket, "stores/b.jsonl", store(1, turn=3) | {"store_id": " STORE-001"}, store(3))

    report = load(database, bucket, batch_size)

    assert (report.read, report.inserted, report.duplicate_ids) == (5, 3, 2)
    assert all_stores(database)["store-001"]["turn"] == 3


def test_bad_documents_are_kept_with_their_reasons_and_the_rest_continues(database: Documents, bucket: Bucket) -> None:
    deep: dict[str, Any] = {}
    for _ in range(120):
        deep = {"a": deep}
    bad: list[tuple[object, str]] = [
        (b"{not json", "not JSON"),
        ([1, 2], "not a JSON object"),
        ({"store_name": "без номера"}, "id is missing or blank"),
        (store(1) | {"store_id": "  "}, "id is missing or blank"),
        (store(1) | {"store_id": 17}, "id is not a text: a number"),
        ({"store_name": "Пикча", "storeId": "+7-900-123-45-67"}, "field `store_id` is missing; found `storeId`"),
        (store(1) | {"store_id": "x" * 600}, "id is longer than 512 characters"),
        (store(1, manager="Ольга, +7-900-123-45-67"), "wrong shape: manager"),
        (store(1, location={"coordinates": [1, 2]}), "wrong shape: location.coordinates"),
        (store(1, categories={"a": 1}), "wrong shape: categories"),
        (b'{"store_id": "s", "n": 18446744073709551616}', "integer beyond 64 bits"),
        (b'{"store_id": "s", "a\\u0000b": 1}', "field name that MongoDB does not take"),
        (b'{"store_id": "s", "$set": 1}', "field name that MongoDB does not take"),
        (b'{"store_id": "s", "name": "\\ud800"}', "text that is not valid Unicode"),
        (store(1, deep=deep), "nested deeper than 100 levels"),
        (store(1, big="x" * (15 * 1024 * 1024)), "larger than 15 MiB"),
    ]
    put(bucket, "stores/all.jsonl", *(document for document, _ in bad), store(5))

    report = load(database, bucket)

    assert (report.read, report.inserted, report.rejected) == (len(bad) + 1, 1, len(bad))
    found = {row["position"]: row for row in database.rejected_documents.find()}
    assert {position: row["reason"] for position, row in found.items()} == {
        position: reason for position, (_, reason) in enumerate(bad, start=1)
    }
    assert {row["object_key"] for row in found.values()} == {"stores/all.jsonl"}
    assert all(len(row["text"]) <= 64 * 1024 for row in found.values())
    assert "+7-900" in found[8]["text"]
    assert not any("900" in row["reason"] + row["detail"] for row in found.values())
    assert list(all_stores(database)) == ["store-005"]


def test_numbers_in_texts_and_null_containers_pass(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.json", {"store_id": "s", "manager": None, "location": {}, "categories": [], "area": "200"})

    assert load(database, bucket).inserted == 1


def test_a_newer_version_of_an_object_supersedes_its_rejects(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", {"store_id": ""}, {"store_id": " "}, store(1))
    put(bucket, "stores/b.json", {"store_id": ""})
    assert load(database, bucket).rejected == 3

    put(bucket, "stores/a.jsonl", {"store_id": ""}, store(2), store(1))
    assert load(database, bucket).rejected == 1

    counting = [row["object_key"] for row in database.rejected_documents.find({"superseded": False})]
    assert sorted(counting) == ["stores/a.jsonl", "stores/b.json"]
    assert database.rejected_documents.count_documents({}) == 4


def test_a_document_that_only_mongodb_refuses_is_rejected_and_its_neighbours_go_in(database: Documents) -> None:
    database.command("collMod", "stores", validator={"area": {"$ne": 13}})
    documents = {f"s{n}": RawBSONDocument(bson.encode({"_id": f"s{n}", "area": n})) for n in (12, 13, 14)}

    written = write_documents(SoleWriter(database.client), database.stores, documents)

    assert written.inserted == 2
    assert written.refused == {"s13": "refused by MongoDB: validation (error 121)"}


def test_what_mongodb_refused_is_not_asked_for_again(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, area=13), store(3))
    monkeypatch.setattr(preparation, "ensure_collections", lambda _: [])  # it would bring back our own validator
    database.command("collMod", "stores", validator={"area": {"$ne": 13}})

    report = load(database, bucket)

    assert (report.inserted, report.rejected) == (2, 1)
    (reject,) = database.rejected_documents.find()
    assert (reject["reason"], reject["position"]) == ("refused by MongoDB: validation (error 121)", 2)
    assert load(database, bucket).read == 0


def test_the_other_kinds_are_loaded_by_their_own_shapes(database: Documents, bucket: Bucket) -> None:
    put(bucket, "products/p.json", {"id": "prd-1", "kbju": {"fat": "1"}, "manufacturer": None})
    put(bucket, "purchases/a.json", {"purchase_id": "ord-1", "items": [{"quantity": "2"}, {}], "customer": {}})
    put(bucket, "purchases/b.json", {"purchase_id": "ord-2", "items": [{"quantity": 1}, "хлеб"]})
    put(bucket, "purchases/c.json", {"purchase_id": "ord-3", "customer": ["+79001234567"]})

    reports = load_landing(database, bucket, [PRODUCTS, PURCHASES], writer=SoleWriter(database.client))

    assert reports["products"].inserted == 1
    assert reports["purchases"].inserted == 1
    assert reports["purchases"].reasons == {"wrong shape: items": 1, "wrong shape: customer": 1}


DOCUMENT = b'{"store_id":"s","x":{"y":1}}'


@pytest.mark.parametrize(
    "content",
    [
        b'{"data": [' + b",".join([DOCUMENT] * 30),  # a page that is cut off
        b'{"data": [' + b",".join([DOCUMENT] * 30) + b",]}",
        b"callback([" + b",".join([DOCUMENT] * 30) + b"])",
        orjson.dumps((b"[" + b",".join([DOCUMENT] * 30) + b"]").decode()),  # JSON in a text
        b'{"error": "busy", "data": [' + b",".join([DOCUMENT] * 30) + b"]}",
        b'{"old": [' + DOCUMENT + b'], "new": [' + b",".join([DOCUMENT] * 29) + b"]}",
        b'{"chain": {"shop": [' + b",".join([DOCUMENT] * 30) + b"]}}",
    ],
)
def test_a_reject_says_how_many_documents_went_with_it(database: Documents, bucket: Bucket, content: bytes) -> None:
    put(bucket, "stores/a.json", content)
    report = load(database, bucket)
    assert (report.read, report.rejected) == (30, 30)
