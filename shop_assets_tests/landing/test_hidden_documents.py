"""Documents, and fields of documents, that stand where tools have their own: none is passed over."""

import json
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES
from shop_assets.landing.files.parsing import REPEATED_FIELD
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument, translate
from shop_assets.landing.wrappers.carried_marks import BESIDE
from shop_assets.landing.wrappers.refusals import BESIDE_PAGE, NO_SALE_WRAPPER, SEVERAL_INSIDE, SHARED_ID
from shop_assets_tests.bad_input.delivery import document
from shop_assets_tests.landing.files import stream_of


def customer(number: int, **fields: object) -> dict[str, Any]:
    return {"customer_id": f"c-{number}", "registration_date": "2026-01-01T00:00:00Z", **fields}


ONE, TWO, THREE = customer(1), customer(2), customer(3)
PRODUCT = {"id": "p-1", "name": "Milk", "price": 90}


@pytest.mark.parametrize(
    ("delivered", "reason", "documents"),
    [
        ({"data": [ONE], "source": [TWO, THREE]}, BESIDE, 3),
        ({"customer": ONE, "meta": {"customers": [TWO]}}, BESIDE, 2),
        ({"customer": ONE, "meta": {"customers": [{"customer_id": "c-2"}]}}, BESIDE, 2),
        ({"value": [ONE], "@items": [TWO]}, BESIDE, 2),
        ({"data": [ONE, TWO], "links": {"next": {"customers": [THREE]}}}, BESIDE_PAGE, 3),
        ({"data": [ONE], "request": TWO}, BESIDE, 2),
        ({"data": [ONE], "schema": TWO}, BESIDE, 2),
        ({"data": [ONE], "request": document("customers", "anna")}, BESIDE, 2),
        ({"data": [], "page": [ONE, TWO]}, BESIDE_PAGE, 2),
        ({"data": [], "total": [ONE]}, BESIDE_PAGE, 1),
        ({"value": [], "$graph": [ONE]}, BESIDE_PAGE, 1),
        ({"hits": {"hits": [ONE, TWO]}, "_shards": {"failed": [THREE]}}, BESIDE_PAGE, 3),
        ({"op": "c", "before": None, "after": ONE, "extra": TWO}, BESIDE, 2),
        ({"op": "c", "after": ONE, "is_loyalty_member": True}, BESIDE, 1),
        ({"data": ONE, "metadata": {"operation": "load"}, "other": TWO}, BESIDE, 2),
        ({"new_val": ONE, "old_val": None, "email": "x"}, BESIDE, 1),
        ({"newVal": ONE, "oldVal": ONE}, NO_SALE_WRAPPER, 2),
        ({"updated": ONE, "changed": customer(1, gender="f")}, SEVERAL_INSIDE, 2),
        ({"to": ONE, "from": {"customer_id": " C-1 "}}, SEVERAL_INSIDE, 2),
        *(({name: ONE}, NO_SALE_WRAPPER, 1) for name in ("old_val", "stale", "replaced", "original", "Прежнее")),
    ],
)
def test_no_document_and_no_field_of_one_vanishes_beside_another(delivered, reason, documents):
    (found,) = read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(CUSTOMERS))
    assert isinstance(found, UnreadableDocument)
    assert (found.reason.replace(BESIDE_PAGE, BESIDE), found.documents) == (
        reason.replace(BESIDE_PAGE, BESIDE),
        documents,
    )


@pytest.mark.parametrize(
    ("kind", "beside"),
    [
        (CUSTOMERS, {"sort": {"customer_id": "asc", "email": 1}, "query": {"customer_id": "c-1"}}),
        (CUSTOMERS, {"schema": {"customer_id": "string", "email": "string"}, "meta": {"fields": ["customer_id"]}}),
        (CUSTOMERS, {"links": {"next": None, "self": {"href": "/customers"}}, "request": {"id": 7, "email": "x"}}),
        (PRODUCTS, {"meta": {"user": {"id": 1, "name": "Ann"}, "request": {"id": "r-1", "type": "GET"}}}),
        (PRODUCTS, {"meta": {"user": {"id": 5, "manufacturer": "Ann Ltd", "price": 1}}}),
        (
            CUSTOMERS,
            {"meta": {"labels": {"customer_id": "Номер", "email": "Почта"}, "columns": {"customer_id": "Код 1"}}},
        ),
        (CUSTOMERS, {"meta": {"aggregations": {"customer_id": "count", "email": "count(1)"}}}),
        (CUSTOMERS, {"meta": {"fields": {"customer_id": "customer_id", "email": "mail2"}}}),
        (
            CUSTOMERS,
            {"request": {"customer_id": "*", "email": "*"}, "meta": {"filter": {"customer_id": ">5", "email": ""}}},
        ),
        (CUSTOMERS, {"@context": {"customer_id": "https://schema.org/v3/id", "email": "https://schema.org/email"}}),
    ],
)
def test_what_only_names_documents_and_their_fields_is_a_tools_own(kind, beside):
    document = ONE if kind == CUSTOMERS else PRODUCT
    text = json.dumps(beside | {"data": [document] * 2}).encode()
    found = [one for one in read_stream("a.json", stream_of(text), Form(kind)) if not isinstance(one, PageSummary)]
    assert [type(one) for one in found] == [ParsedDocument] * 2


@pytest.mark.parametrize(
    ("delivered", "document"),
    [
        ({"new_val": customer(1, gender="f"), "old_val": ONE, "type": "change"}, customer(1, gender="f")),
        ({"new_val": ONE, "old_val": None}, ONE),
        ({"new_val": None, "old_val": ONE, "type": "remove"}, ONE | {"__deleted": True}),
        (
            {"data": [ONE], "database": "d", "table": "t", "type": "INSERT", "old": [{"customer_id": "c-0"}],
             "mysqlType": {"customer_id": "varchar(32)", "email": "text"}, "sqlType": {"customer_id": 12, "email": 12},
             "pkNames": ["customer_id"], "isDdl": False, "es": 1, "sql": ""},
            ONE,
        ),
        ({"data": ONE, "metadata": {"operation": "update"}, "before-image": customer(1, email="x")}, ONE),
    ],
)  # fmt: skip
def test_the_fields_of_a_change_data_tool_stay_out_of_the_document(delivered, document):
    found = translate(Form(CUSTOMERS), 1, delivered)
    assert isinstance(found, ParsedDocument)
    assert found.document == document


@pytest.mark.parametrize("names", [("c-1", "C-1 "), ("0", "1")])
def test_documents_under_their_ids_or_numbers_may_repeat_an_id(names):
    delivered = {names[0]: ONE, names[1]: customer(1, gender="f")}
    found = list(read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(CUSTOMERS)))
    assert [type(one) for one in found] == [ParsedDocument] * 2


def test_of_an_object_by_ids_those_with_one_id_are_rejected_and_no_other():
    delivered = {"-Na": ONE, "-Nb": TWO, "-Nc": customer(1, gender="f"), "-Nd": THREE}
    found = list(read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(CUSTOMERS)))
    reasons = [one.reason if isinstance(one, UnreadableDocument) else one.document for one in found]
    assert reasons == [SHARED_ID, TWO, SHARED_ID, THREE]


def test_a_field_twice_in_the_text_of_an_envelope_is_the_reason_that_is_named():
    event = {"op": "c", "before": None, "after": '{"customer_id": "c-1", "phone": "1", "phone": "2"}'}
    found = translate(Form(CUSTOMERS), 1, event)
    assert isinstance(found, UnreadableDocument)
    assert (found.reason, found.detail) == (REPEATED_FIELD, "phone")


ROWS = [ONE, TWO]
SORT = {"sorted": False, "unsorted": True, "empty": True}
HIT = {"_index": "c", "_type": "_doc", "_id": "1", "_score": 1.0, "_seq_no": 3, "_primary_term": 1, "_routing": "x"}


@pytest.mark.parametrize(
    "page",
    [
        {
            "content": ROWS, "pageable": {"pageNumber": 0, "pageSize": 20, "sort": SORT, "paged": True}, "last": True,
            "totalPages": 1, "totalElements": 2, "size": 20, "number": 0, "sort": SORT, "numberOfElements": 2,
            "first": True, "empty": False,
        },
        {
            "current_page": 1, "data": ROWS, "first_page_url": "/?page=1", "from": 1, "last_page": 1, "path": "/",
            "links": [{"url": None, "label": "Previous", "active": False}], "next_page_url": None, "per_page": 15,
            "to": 2, "total": 2,
        },
        {
            "_scroll_id": "x", "pit_id": "y", "took": 1, "timed_out": False, "_shards": {"total": 1, "failed": 0},
            "hits": {"total": 2, "max_score": 1.0, "hits": [HIT | {"_source": one} for one in ROWS]},
        },
        {
            "docs": ROWS, "totalDocs": 2, "limit": 10, "totalPages": 1, "page": 1, "pagingCounter": 1,
            "hasPrevPage": False, "hasNextPage": False, "prevPage": None, "nextPage": None, "offset": 0,
        },
        {
            "total_rows": 2, "offset": 0,
            "rows": [{"id": one["customer_id"], "key": one["customer_id"], "value": {"rev": "1"}, "doc": one}
                     for one in ROWS],
        },
        {"total_rows": 2, "rows": [{"id": "x", "key": ["Псков", 5], "value": one} for one in ROWS]},
        *({"data": ROWS, name: given} for name, given in (
            ("error", False), ("error", 0), ("errorCode", 0), ("isSuccess", True), ("succeeded", True), ("errors", []),
            ("done", True), ("message", "Customers retrieved successfully"), ("msg", "Данные успешно получены"))),
    ],
)  # fmt: skip
def test_the_documents_of_everyday_answers_are_read(page):
    read = read_stream("a.json", stream_of(json.dumps(page).encode()), Form(CUSTOMERS))
    assert [one.document for one in read if isinstance(one, ParsedDocument)] == ROWS


@pytest.mark.parametrize(
    "beside",
    [
        *({"error": given} for given in (True, "timeout", {"code": 5})),
        *({"errorCode": 17}, {"isSuccess": False}, {"done": False}),
        *({"message": given} for given in ("Not all were retrieved", "Unsuccessful", "Customers deleted successfully")),
    ],
)
def test_an_answer_that_did_not_go_well_is_rejected(beside):
    (found,) = read_stream("a.json", stream_of(json.dumps(beside | {"data": ROWS}).encode()), Form(CUSTOMERS))
    assert isinstance(found, UnreadableDocument)


def test_what_a_row_of_a_view_says_of_its_document_is_heard():
    purchase = {"purchase_id": "o-1", "total_amount": 5}
    deleted = translate(
        Form(PURCHASES), 1, {"id": "o-1", "key": "return-1", "value": {"deleted": True}, "doc": purchase}
    )
    assert isinstance(deleted, ParsedDocument)
    assert deleted.document == purchase | {"deleted": True}
    assert isinstance(translate(Form(PURCHASES), 1, {"key": "cancelled", "value": purchase}), UnreadableDocument)
