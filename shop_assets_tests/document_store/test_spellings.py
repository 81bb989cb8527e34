"""Ids that differ only by letter case or blanks: one person's documents replace one another, two people's do not."""

from typing import Any

import pytest

from shop_assets.document_store.loads.identities import OTHER_SPELLING, SAME_ID, disagree
from shop_assets.document_store.loads.retrying import retry_rejected
from shop_assets.document_store.loads.spellings import accept_ids
from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, open_rejects, put, store
from shop_assets_tests.writers import SoleWriter


def spelled(spelling: str, name: str, **more: object) -> dict[str, Any]:
    return {"store_id": spelling, "store_name": name} | more


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_documents_that_disagree_are_not_merged(database: Documents, bucket: Bucket, batch_size: int) -> None:
    put(bucket, "stores/a.jsonl", spelled("ST-1", "Первая"), spelled("st-2", "Вторая"), spelled(" st-1\u2003", "Чужая"))
    put(bucket, "stores/b.jsonl", spelled("ST-2 ", "вторая  "), spelled("St-1", "Третья"))

    report = load(database, bucket, batch_size)

    assert report.reasons == {OTHER_SPELLING: 2}
    assert {document["store_name"] for document in all_stores(database).values()} == {"Первая", "вторая  "}
    (one, _) = database.rejected_documents.find().sort("object_key")
    assert (one["object_key"], one["position"], one["detail"]) == ("stores/a.jsonl", 3, "the other is 'ST-1'")
    assert load(database, bucket).read == 0

    put(bucket, "stores/c.jsonl", spelled("st-1", "Снова чужая"), spelled("st-2", "Вторая", city=1))
    later = load(database, bucket, batch_size)
    assert (later.replaced, later.reasons) == (1, {OTHER_SPELLING: 1})
    assert all_stores(database)["st-1"]["store_name"] == "Первая"


def test_a_rejected_spelling_is_loaded_once_somebody_says_that_it_is_the_same(
    database: Documents, bucket: Bucket
) -> None:
    put(bucket, "stores/a.jsonl", spelled("ST-1", "Первая"), spelled("st-1", "Переименованная"))
    load(database, bucket)
    SoleWriter(database.client).transact(lambda session: accept_ids(database, STORES, [" St-1 "], session))

    result = retry_rejected(database, bucket, STORES, {"stores/a.jsonl": [2]}, writer=SoleWriter(database.client))

    assert result.loaded == {("stores/a.jsonl", 2): "st-1"}
    assert all_stores(database)["st-1"]["store_name"] == "Переименованная"
    assert open_rejects(database) == []
    put(bucket, "stores/b.jsonl", spelled("ST-1", "Третья"))
    assert load(database, bucket).rejected == 0


def test_the_newest_document_counts_when_spellings_are_merged(database: Documents, bucket: Bucket) -> None:
    put(
        bucket,
        "stores/a.jsonl",
        spelled("ST-1", "Первая"),
        spelled("st-1", "Старая"),
        spelled("ST-2", "Первая"),
        spelled("st-2", "Вторая"),
        spelled("ST-2", "Последняя"),
        spelled("ST-3", "Первая"),
        spelled("st-3", "Вторая"),
    )
    put(bucket, "stores/b.jsonl", spelled("ST-1", "Новая"), spelled("st-3", "Третья"))
    load(database, bucket)
    ids = ["st-1", "st-2", "st-3"]
    SoleWriter(database.client).transact(lambda session: accept_ids(database, STORES, ids, session))
    places: dict[str, list[int]] = {}
    for key, position in sorted(open_rejects(database), reverse=True):
        places.setdefault(key, []).append(position)

    retry_rejected(database, bucket, STORES, places, writer=SoleWriter(database.client))

    names = {name: document["store_name"] for name, document in all_stores(database).items()}
    assert names == {"st-1": "Новая", "st-2": "Последняя", "st-3": "Третья"}
    assert open_rejects(database) == []


def test_an_id_that_is_spelled_alike_may_change_its_document(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.json", store(1))
    load(database, bucket)
    put(bucket, "stores/a.json", store(1, store_name="Новая"))
    assert load(database, bucket).replaced == 1


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_two_documents_of_a_file_that_share_an_id_are_not_merged(
    database: Documents, bucket: Bucket, batch_size: int
) -> None:
    """Two receipts under one number: the first counts until somebody says that the second corrects it."""
    here, there = ({"location": {"city": city}} for city in ("Псков", "Тверь"))
    put(bucket, "stores/a.jsonl", store(1, **here), store(1, **there), store(1, **here, type="offline"))

    report = load(database, bucket, batch_size)

    assert (report.reasons, report.duplicate_ids) == ({SAME_ID: 1}, 1)
    (stored,) = all_stores(database).values()
    assert (stored["location"], stored["type"]) == ({"city": "Псков"}, "offline")
    (reject,) = open_rejects(database)
    assert (
        retry_rejected(database, bucket, STORES, {reject[0]: [reject[1]]}, writer=SoleWriter(database.client)).loaded
        == {}
    )
    assert open_rejects(database) == [reject]

    name = stored["_id"]
    SoleWriter(database.client).transact(lambda session: accept_ids(database, STORES, [name], session))
    retry_rejected(database, bucket, STORES, {reject[0]: [reject[1]]}, writer=SoleWriter(database.client))
    assert all_stores(database)[name]["type"] == "offline"  # the last of the file counts, as always
    assert open_rejects(database) == []


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"),
    [
        (CUSTOMERS, {"first_name": "Анна", "phone": "1"}, {"first_name": " АННА ", "phone": "2"}, False),
        (CUSTOMERS, {"phone": "1"}, {"phone": "2"}, True),
        (CUSTOMERS, {"registration_date": "2026-01-01"}, {"registration_date": "2026-01-02"}, True),
        (CUSTOMERS, {"first_name": "Анна"}, {"last_name": "Иванова"}, False),
        (PURCHASES, {"store": {"store_id": "S-1"}}, {"store": {"store_id": "s-1"}}, False),
        (PURCHASES, {"customer": {"customer_id": "c-1"}}, {"customer": {"customer_id": "c-2"}}, True),
        (PRODUCTS, {"name": "Кефир", "barcode": "1"}, {"name": "Кефир", "barcode": "2"}, True),
        (STORES, {"location": {"city": "Псков"}}, {"location": {"city": "Тверь"}}, True),
        (STORES, {"location": []}, {"location": {"city": "Тверь"}}, False),
    ],
)
def test_documents_disagree_on_who_or_what_they_are(kind: Any, one: Any, other: Any, expected: bool) -> None:
    assert disagree(kind, one, other) is expected
    assert disagree(kind, other, one) is expected
