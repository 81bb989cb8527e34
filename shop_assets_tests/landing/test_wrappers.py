"""What is put around documents: removed where that needs no guess, and named where it does."""

import json
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.landing.reading import read_stream
from shop_assets.landing.translation import Form, ParsedDocument, UnreadableDocument, translate
from shop_assets_tests.landing.files import stream_of

CUSTOMER = {"customer_id": "c-1", "registration_date": "2026-01-01T00:00:00Z"}
PURCHASE = {"purchase_id": "o-1", "items": [{"product_id": "p-1", "quantity": 1}]}
DELETED = CUSTOMER | {"__deleted": True}

WRAPPED: list[tuple[DocumentKind, dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    (CUSTOMERS, CUSTOMER, CUSTOMER, ()),
    (CUSTOMERS, {"schema": {"type": "struct"}, "payload": CUSTOMER}, CUSTOMER, ("schema/payload",)),
    (CUSTOMERS, {"before": None, "after": CUSTOMER, "op": "c", "ts_ms": 1, "source": {}}, CUSTOMER, ("before/after",)),
    (CUSTOMERS, {"schema": None, "payload": {"before": None, "after": CUSTOMER, "op": "r", "source": {"id": 1}}},
     CUSTOMER, ("schema/payload", "before/after")),
    (CUSTOMERS, {"before": CUSTOMER, "after": None, "op": "d"}, DELETED, ("before/after",)),
    (CUSTOMERS, {"after": json.dumps(CUSTOMER), "op": "u", "updateDescription": None}, CUSTOMER, ("before/after",)),
    (CUSTOMERS, {"op_type": "D", "before": CUSTOMER, "table": "C"}, DELETED, ("before/after of GoldenGate",)),
    (CUSTOMERS, {"operationType": "replace", "ns": {}, "documentKey": {"_id": 1}, "fullDocument": CUSTOMER},
     CUSTOMER, ("a change event of MongoDB",)),
    (CUSTOMERS, {"database": "d", "table": "t", "type": "delete", "data": CUSTOMER}, DELETED,
     ("a row of Maxwell or Canal",)),
    (CUSTOMERS, {"data": CUSTOMER, "metadata": {"operation": "load"}}, CUSTOMER, ("a record of AWS DMS",)),
    (CUSTOMERS, CUSTOMER | {"__deleted": "true", "__op": "d"}, CUSTOMER | {"__deleted": "true", "__op": "d"}, ()),
    (CUSTOMERS, {"customer": CUSTOMER}, CUSTOMER, ("wrapper: customer",)),
    (CUSTOMERS, {"status": "ok", "Customer": CUSTOMER}, CUSTOMER, ("wrapper: Customer",)),
    (CUSTOMERS, {"+79001234567": CUSTOMER}, CUSTOMER, ("wrapper: of another name",)),
    (CUSTOMERS, {"_index": "c", "_id": "1", "_source": CUSTOMER}, CUSTOMER, ("wrapper: _source",)),
    (CUSTOMERS, {"data": [CUSTOMER], "page": 1}, CUSTOMER, ("wrapper: data",)),
    (PURCHASES, {"createdAt": 1, "ticket": {"document": {"receipt": PURCHASE}}}, PURCHASE,
     ("wrapper: ticket", "wrapper: document", "wrapper: receipt")),
    # A document without its id is none in a wrapper.
    (PURCHASES, {"customer": CUSTOMER, "items": []}, {"customer": CUSTOMER, "items": []}, ()),
    (PURCHASES, {"items": [{"product_id": "p-1"}]}, {"items": [{"product_id": "p-1"}]}, ()),
    (STORES, {"location": {"city": "Псков"}}, {"location": {"city": "Псков"}}, ()),
    # Empty objects of PHP and 1C.
    (CUSTOMERS, CUSTOMER | {"delivery_address": [], "purchase_location": [{"store_id": "s"}], "preferences": " "},
     CUSTOMER | {"delivery_address": None, "purchase_location": {"store_id": "s"}, "preferences": None},
     ("purchase_location: a list around an object", "delivery_address: [] for an object",
      "preferences: a blank text for an object")),
    (PURCHASES, {"purchase_id": "o", "items": {"product_id": "p"}},
     {"purchase_id": "o", "items": [{"product_id": "p"}]}, ("items: an object for a list",)),
    (PURCHASES, {"purchase_id": "o", "items": {"0": {"product_id": "p"}, "2": {}}},
     {"purchase_id": "o", "items": [{"product_id": "p"}, {}]}, ("items: an object with numbers for a list",)),
    (PURCHASES, {"purchase_id": "o", "items": {}}, {"purchase_id": "o", "items": []}, ("items: {} for a list",)),
    (PURCHASES, {"purchase_id": "o", "items": {"p-1": {}}}, {"purchase_id": "o", "items": {"p-1": {}}}, ()),
    (STORES, {"store_id": "s", "location": {"city": "Псков", "coordinates": []}},
     {"store_id": "s", "location": {"city": "Псков", "coordinates": None}},
     ("location.coordinates: [] for an object",)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "delivered", "document", "readings"), WRAPPED)
def test_a_document_is_found_in_what_tools_put_around_it(kind, delivered, document, readings):
    assert translate(Form(kind), 1, delivered) == ParsedDocument(1, document, delivered, readings)


@pytest.mark.parametrize(
    ("delivered", "reason", "detail"),
    [
        ({"before": None, "after": None, "op": "d"}, "envelope without a document", "before/after"),
        ({"before": {}, "after": None, "op": "u"}, "envelope without a document", "before/after"),
        ({"before": None, "after": CUSTOMER, "op": "t"}, "envelope of an unknown form", "before/after"),
        ({"schema": None, "payload": None}, "envelope without a document", "schema/payload"),
        ({"schema": None, "payload": "text"}, "envelope without a document", "schema/payload"),
        ({"operationType": "update", "ns": {}, "updateDescription": {}}, "envelope without a document",
         "a change event of MongoDB"),
        ({"database": "d", "table": "t", "type": "insert", "data": [CUSTOMER, CUSTOMER]},
         "envelope with several documents", "a row of Maxwell or Canal"),
        ({"customer": {"name": "Иван"}}, "wrapper around something that is no document", "customer"),
        (CUSTOMER | {"registration_date": {"$date": "soon"}}, "Extended JSON that cannot be read: $date",
         "registration_date"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_wrapper(delivered, reason, detail):
    found = translate(Form(CUSTOMERS), 3, delivered)
    assert isinstance(found, UnreadableDocument)
    assert (found.position, found.reason, found.detail) == (3, reason, detail)
    assert json.loads(found.text) == delivered


def customers(*numbers: int) -> list[dict[str, Any]]:
    return [{"customer_id": f"c-{number}"} for number in numbers]


@pytest.mark.parametrize(
    ("kind", "content", "ids", "readings"),
    [
        (CUSTOMERS, {"data": customers(1, 2), "total": 2}, ["c-1", "c-2"], {"page: data"}),
        (CUSTOMERS, {"count": 9, "next": "…", "results": customers(1, 2)}, ["c-1", "c-2"], {"page: results"}),
        (CUSTOMERS, {"@odata.context": "…", "value": customers(1, 2)}, ["c-1", "c-2"], {"page: value"}),
        (CUSTOMERS, {"meta": {"size": 2}, "rows": customers(1, 2)}, ["c-1", "c-2"], {"page: rows"}),
        (CUSTOMERS, {"Customers": customers(1, 2)}, ["c-1", "c-2"], {"page: Customers"}),
        (CUSTOMERS, {"a": customers(1)[0], "b": customers(2)[0]}, ["c-1", "c-2"], {"page: an object by ids"}),
        (PURCHASES, {"items": [PURCHASE], "total": 1}, ["o-1"], {"page: items"}),
        (PRODUCTS, {"items": [{"n": 1, "payload": {"id": "p-1"}}]}, ["p-1"], {"page: items", "wrapper: payload"}),
        (CUSTOMERS, {"data": [], "total": 0}, [], set()),
        (CUSTOMERS, {"rows": [{"customer": one} for one in customers(1, 2)]}, ["c-1", "c-2"],
         {"page: rows", "wrapper: customer"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_the_documents_of_a_page_are_read_one_by_one(kind, content, ids, readings, ending):
    text = json.dumps(content, ensure_ascii=False, indent=None if ending == "jsonl" else 1).encode()
    found = list(read_stream(f"a.{ending}", stream_of(text), Form(kind)))
    assert [item.position for item in found] == list(range(1, len(ids) + 1))
    assert [item.document[kind.id_field] for item in found if isinstance(item, ParsedDocument)] == ids
    assert {reading for item in found if isinstance(item, ParsedDocument) for reading in item.readings} == readings


def test_a_page_larger_than_a_document_is_read_element_by_element_and_what_is_around_it_is_skipped():
    documents = [{"customer_id": f"c-{number}", "note": "я" * 1_000} for number in range(10_000)]
    page = {"meta": {"items": [1]}, "data": documents, "next": {"data": customers(1)}}
    text = json.dumps(page, ensure_ascii=False).encode()
    assert len(text) > 16 * 1024 * 1024
    found = list(read_stream("a.json", stream_of(text), Form(CUSTOMERS)))
    assert [item.document for item in found if isinstance(item, ParsedDocument)] == documents
    assert len(found) == len(documents)
    several = b"\n".join(json.dumps(PURCHASE | {"note": "x" * 1_000_000}, indent=1).encode() for _ in range(20))
    assert len(list(read_stream("a.json", stream_of(several), Form(PURCHASES)))) == 20
