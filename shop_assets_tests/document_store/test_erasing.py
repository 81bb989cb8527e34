"""One customer is taken out of the collections, however documents spell the id."""

import re
import sys
from typing import Any

import pytest

from shop_assets.document_store import erasing
from shop_assets.document_store.collection_setup import ACCEPTED_IDS, DELETED_DOCUMENTS
from shop_assets.document_store.erasing import DocumentCounts, count_customer, erase_customer
from shop_assets.personal_data.traces import Traces
from shop_assets_tests.document_store.conftest import Documents
from shop_assets_tests.writers import SoleWriter

NINETEEN_DIGITS = "1234567890123456789"
BEYOND_64_BITS = "12345678901234567890"


def purchase(number: int, reference: object) -> dict[str, Any]:
    customer = {"customer_id": reference, "first_name": "Иван", "phone": "+79001234567"}
    return {"_id": f"ord-{number}", "purchase_id": f"ord-{number}", "customer": customer, "items": []}


def references(database: Documents) -> list[object]:
    return [found["customer"]["customer_id"] for found in database.purchases.find().sort("_id")]


@pytest.mark.parametrize("name", ["12345", "-5", "0", NINETEEN_DIGITS])
def test_purchases_that_name_the_customer_by_a_number_are_found(database: Documents, name: str) -> None:
    database.purchases.insert_many([purchase(1, int(name)), purchase(2, name), purchase(3, 77), purchase(4, True)])
    traces = Traces([name])

    assert count_customer(database, traces) == 2
    counts = erase_customer(database, SoleWriter(database.client), traces, "erased-a")

    assert counts == DocumentCounts(0, 2, 0)
    assert references(database) == ["erased-a", "erased-a", 77, True]
    assert count_customer(database, traces) == 0


def test_ids_of_digits_that_are_no_number_of_mongodb_are_texts(database: Documents) -> None:
    database.purchases.insert_many([purchase(1, BEYOND_64_BITS), purchase(2, "007"), purchase(3, 7)])

    erase_customer(database, SoleWriter(database.client), Traces([BEYOND_64_BITS, "007"]), "erased-a")

    assert references(database) == ["erased-a", "erased-a", 7]


def test_a_reject_at_the_line_that_is_the_id_of_the_customer_stays(database: Documents) -> None:
    rejects: list[dict[str, Any]] = [
        {"_id": "line", "kind": "purchases", "object_key": "purchases/a.jsonl", "position": 17, "text": '{"total": 17'},
        {"_id": "kafka", "kind": "customers", "object_key": "collection customers", "position": " 17 ", "text": ""},
        {
            "_id": "own",
            "kind": "customers",
            "object_key": "customers/a.jsonl",
            "position": 3,
            "text": '{"id": "17", "x',
        },
    ]
    database.rejected_documents.insert_many(rejects)

    assert erase_customer(database, SoleWriter(database.client), Traces(["17"]), "erased-a").rejects == 2

    left = {found["_id"]: found["text"] for found in database.rejected_documents.find()}
    assert left == {"line": '{"total": 17', "own": ""}


def test_every_blank_around_an_id_is_skipped(database: Documents) -> None:
    database.purchases.insert_many(
        [purchase(1, "\u00a0CUS-1\u2003"), purchase(2, "\x1ccus-1\x85"), purchase(3, "cus-12")]
    )

    erase_customer(database, SoleWriter(database.client), Traces(["cus-1"]), "erased-a")

    assert references(database) == ["erased-a", "erased-a", "cus-12"]


def test_the_blanks_are_those_that_python_strips_and_no_class_of_an_engine() -> None:
    blank = re.compile(f"[{erasing._BLANKS}]")
    characters = map(chr, range(sys.maxunicode + 1))
    assert [one for one in characters if (blank.match(one) is not None) != (not one.strip())] == []
    (query,) = erasing._by_id(Traces(["cus-1"]), "customer_id")["$or"]
    assert "\\s" not in query["customer_id"]["$regex"]


def test_purchases_that_name_nobody_and_kept_texts_lose_the_customer(database: Documents) -> None:
    phone = {"phone": "8 900 123-45-67"}
    documents: list[dict[str, Any]] = [
        purchase(1, None) | {"customer": {"customer_id": None, **phone}},
        purchase(2, " ") | {"customer": {"customer_id": " ", "phone": "8 900 123-45-68"}},
        {"_id": "ord-3", "purchase_id": "ord-3", "items": [], "note": "8 900 123-45-67"},
        purchase(4, "cus-1") | {"items": [{"name": "карта LOYAL-777"}], "payment_method": "СБП 89001234567"},
        purchase(5, "erased-a") | {"payment_method": "LOYAL-777"},
        purchase(6, "cus-1") | {"_id": "cus-1/6", "purchase_id": "cus-1/6"},
        {"_id": "ord-7", "purchase_id": "ord-7", "customer": None, "items": []},
    ]
    database.purchases.insert_many(documents)
    traces = Traces(["cus-1"])
    traces.learn({"phone": "+79001234567", "loyalty_card_number": "LOYAL-777"})
    assert count_customer(database, traces, "erased-a") == 5

    erase_customer(database, SoleWriter(database.client), traces, "erased-a")

    left = {found["_id"]: found for found in database.purchases.find()}
    assert sorted(left) == ["ord-2", "ord-4", "ord-5", "ord-7"]
    assert (left["ord-4"]["items"], left["ord-4"]["payment_method"]) == ([{"name": None}], "СБП ***")
    assert left["ord-5"]["payment_method"] is None
    assert count_customer(database, traces, "erased-a") == 0


def test_purchases_that_json_cannot_hold_do_not_keep_an_erasure_from_ending() -> None:
    deep: list[Any] = ["8 900 123-45-67"]
    for _ in range(300):
        deep = [deep]
    traces = Traces(["cus-1"])
    traces.learn({"phone": "+79001234567"})
    assert erasing._is_mentioned(traces, {"purchase_id": "ord-1", "note": deep})
    assert not erasing._is_mentioned(Traces(["cus-2"]), {"purchase_id": "ord-1", "note": deep})


def test_no_entry_and_no_reject_of_any_kind_names_the_customer(database: Documents) -> None:
    rejects: list[dict[str, Any]] = [
        {"_id": "1", "kind": "stores", "object_key": "stores/a.json", "position": 1, "text": '{"customer_id": "cus-1"'},
        {
            "_id": "2",
            "kind": "customers",
            "object_key": "a",
            "position": 1,
            "text": "",
            "detail": "the other is 'CUS-1'",
        },
        {
            "_id": "3",
            "kind": "customers",
            "object_key": "a",
            "position": 2,
            "text": "",
            "detail": "the other is 'CUS-2'",
        },
    ]
    database.rejected_documents.insert_many(rejects)
    for collection in (DELETED_DOCUMENTS, ACCEPTED_IDS):
        database[collection].insert_many([{"_id": "customers\ncus-1"}, {"_id": "customers\ncus-12"}])

    erase_customer(database, SoleWriter(database.client), Traces(["cus-1"]), "erased-a")

    found = {one["_id"]: (one["text"], one.get("detail")) for one in database.rejected_documents.find()}
    assert found == {"1": ("", None), "2": ("", ""), "3": ("", "the other is 'CUS-2'")}
    for collection in (DELETED_DOCUMENTS, ACCEPTED_IDS):
        assert [one["_id"] for one in database[collection].find()] == ["customers\ncus-12"]
