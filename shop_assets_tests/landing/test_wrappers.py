"""What is put around documents: removed where that needs no guess, and named where it does."""

import json
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.documents.marks import NO_SALE_WORDS
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.rules import EMPTY, FieldRule, KindMapping
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument, translate
from shop_assets.landing.wrappers.carried_marks import BESIDE, SAID_BESIDE
from shop_assets.landing.wrappers.page_claims import PageClaim
from shop_assets.landing.wrappers.refusals import BESIDE_PAGE, NO_SALE_WRAPPER, SEVERAL_INSIDE
from shop_assets_tests.landing.files import stream_of

CUSTOMER = {"customer_id": "c-1", "registration_date": "2026-01-01T00:00:00Z"}
PURCHASE = {"purchase_id": "o-1", "items": [{"product_id": "p-1", "quantity": 1}]}
PRODUCT = {"id": "p-1", "name": "Milk"}
DELETED = CUSTOMER | {"__deleted": True}

DOCUMENTS: list[tuple[DocumentKind, dict[str, Any]]] = [
    (CUSTOMERS, {"purchase_id": "o-1", "customer": CUSTOMER, "reason": "x"}),
    (STORES, {"purchase_id": "o-1", "store": {"store_id": "s"}}),
    (PRODUCTS, {"product_id": "1", "name": "Milk", "items": [{"id": "v1"}]}),
    (PRODUCTS, {"product_id": "1", "values": []}),
    (CUSTOMERS, {"first_name": "X", "items": []}),
    (PURCHASES, {"total_amount": 5, "data": PURCHASE}),
    (CUSTOMERS, {"uid": 7, "results": [CUSTOMER, CUSTOMER]}),
]

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
    # What MART knows stands beside a document, and is carried into it.
    (PURCHASES, {"status": "cancelled", "purchase": PURCHASE}, PURCHASE | {"status": "cancelled"},
     ("wrapper: purchase",)),
    (CUSTOMERS, {"__deleted": "true", "data": CUSTOMER}, CUSTOMER | {"__deleted": "true"}, ("wrapper: data",)),
    (PURCHASES, {"is-return": True, "data": {"purchase": PURCHASE}, "next_page_url": "…", "errors": []},
     PURCHASE | {"is-return": True}, ("wrapper: data", "wrapper: purchase")),
    (PURCHASES, {"status": "ok", "result": PURCHASE}, PURCHASE, ("wrapper: result",)),
    *((PURCHASES, {name: said, "data": PURCHASE}, PURCHASE | {"__op": "d"}, ("wrapper: data",)) for name, said in (
        ("type", "purchase.deleted"), ("operation", "DELETE"), ("type", "delete"), ("state", "удалён"))),
    # What has an id or a field of a document is one.
    *((kind, one, one, ()) for kind, one in DOCUMENTS),
    # A document without its id is none in a wrapper.
    (PURCHASES, {"customer": CUSTOMER, "items": []}, {"customer": CUSTOMER, "items": []}, ()),
    (PURCHASES, {"items": [{"product_id": "p-1"}]}, {"items": [{"product_id": "p-1"}]}, ()),
    (STORES, {"location": {"city": "Псков"}}, {"location": {"city": "Псков"}}, ()),
    # Empty objects of PHP and 1C.
    (CUSTOMERS, CUSTOMER | {"delivery_address": [], "purchase_location": [{"store_id": "s"}], "preferences": " "},
     CUSTOMER | {"delivery_address": None, "purchase_location": {"store_id": "s"}, "preferences": None},
     ("purchase_location: a list around an object", "delivery_address: [] for an object",
      "preferences: a blank text for an object")),
    (PURCHASES, {"meta": {"deleted": True}, "purchase": {"purchase_id": "o"}},
     {"purchase_id": "o", "deleted": True}, ("wrapper: purchase",)),
    (PURCHASES, {"metadata": {"OperationName": "DELETE", "TableName": "t"}, "purchase": {"purchase_id": "o"}},
     {"purchase_id": "o", "__op": "d"}, ("wrapper: purchase",)),
    (PURCHASES, {"_meta": {"status": "cancelled"}, "data": {"purchase_id": "o"}},
     {"purchase_id": "o", "status": "cancelled"}, ("wrapper: data",)),
    (PURCHASES, {"meta": {"status": "ok", "type": "purchase", "deleted": False}, "data": {"purchase_id": "o"}},
     {"purchase_id": "o"}, ("wrapper: data",)),
    (PURCHASES, {"purchase_id": "o", "items": {"product_id": "p"}},
     {"purchase_id": "o", "items": [{"product_id": "p"}]}, ("items: an object for a list",)),
    (PURCHASES, {"purchase_id": "o", "items": {"0": {"product_id": "p"}, "2": {}}},
     {"purchase_id": "o", "items": [{"product_id": "p"}, {}]}, ("items: an object with numbers for a list",)),
    (PURCHASES, {"purchase_id": "o", "items": {}}, {"purchase_id": "o", "items": []}, ("items: {} for a list",)),
    *((PURCHASES, {"purchase_id": "o", "items": items}, {"purchase_id": "o", "items": items}, ()) for items in (
        {"100": {"quantity": 1}, "200": {"quantity": 2}}, {"7": {"quantity": 1}}, {"01": {}}, {"1": {}, "0": {}},
        {"9" * 5000: {}}, {"1": {"quantity": 1}, "2": {"quantity": 2}}, {"0": {"quantity": 1}, "2": {"quantity": 2}},
        {"1": {"name": "x"}})),
    *((PURCHASES, {"purchase_id": "o", "items": items}, {"purchase_id": "o", "items": list(items.values())},
       ("items: an object with numbers for a list",)) for items in (
        {"0": {"quantity": 1}, "1": {"quantity": 2}}, {"1": {"quantity": 1}, "2": {"product_id": "p"}})),
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
        ({"before": None, "after": CUSTOMER, "op": "z"}, "envelope of an unknown form", "before/after"),
        ({"op": "t", "source": {"table": "customers"}, "ts_ms": 1}, "control message of a change-data tool", "t"),
        ({"op": "m", "message": {"prefix": "x"}}, "control message of a change-data tool", "m"),
        ({"metadata": {"operation": "create-table", "record-type": "control"}},
         "control message of a change-data tool", "create-table"),
        ({"operationType": "drop", "ns": {"coll": "customers"}}, "control message of a change-data tool", "drop"),
        ({"schema": None, "payload": None}, "envelope without a document", "schema/payload"),
        ({"schema": None, "payload": "text"}, "envelope without a document", "schema/payload"),
        ({"operationType": "update", "ns": {}, "updateDescription": {}}, "envelope without a document",
         "a change event of MongoDB"),
        ({"database": "d", "table": "t", "type": "insert", "data": [CUSTOMER, CUSTOMER]},
         "envelope with several documents", "a row of Maxwell or Canal"),
        ({"customer": {"name": "Иван"}}, "wrapper without a document", "customer"),
        ({"return_no": "r1", "customer": CUSTOMER, "reason": "defect"}, BESIDE,
         "customer; beside it: return_no, reason"),
        ({"deleted": True, "data": CUSTOMER | {"deleted": False}}, BESIDE, "document; beside it: deleted"),
        ({"error": "unauthorized", "data": []}, BESIDE_PAGE, "data; beside it: error"),
        ({"success": False, "data": [CUSTOMER, CUSTOMER]}, BESIDE_PAGE, "data; beside it: success"),
        ({"ivan@example.org": 1, "data": []}, BESIDE_PAGE, "data; beside it: ***"),
        ({"data": [CUSTOMER], "items": [CUSTOMER]}, BESIDE, "data; beside it: items"),
        ({"data": [CUSTOMER, CUSTOMER], "items": [CUSTOMER, None]}, SEVERAL_INSIDE, "data, items"),
        ({"customer": CUSTOMER, "record": CUSTOMER}, SEVERAL_INSIDE, "customer, record"),
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
        (PRODUCTS, {"items": [{"number": 1, "payload": {"id": "p-1"}}]}, ["p-1"], {"page: items", "wrapper: payload"}),
        (CUSTOMERS, {"_embedded": {"customers": customers(1, 2)}, "_links": {"self": {}}, "page": {"size": 2}},
         ["c-1", "c-2"], {"page: customers"}),
        (CUSTOMERS, {"took": 1, "_shards": {}, "hits": {"total": 2, "max_score": 1, "hits": [
            {"_index": "c", "_id": one["customer_id"], "_score": 1, "_source": one} for one in customers(1, 2)]}},
         ["c-1", "c-2"], {"page: hits", "wrapper: _source"}),
        (CUSTOMERS, {"rows": [{"customer": one} for one in customers(1, 2)]}, ["c-1", "c-2"],
         {"page: rows", "wrapper: customer"}),
        (CUSTOMERS, {"meta": [{"name": "customer_id", "type": "String"}, {"name": "deleted_at", "type": "Date"}],
                     "data": customers(1, 2), "rows": 2, "rows_before_limit_at_least": 2,
                     "statistics": {"elapsed": 0.1, "rows_read": 2, "bytes_read": 9}}, ["c-1", "c-2"], {"page: data"}),
        (CUSTOMERS, {"d": {"results": customers(1, 2), "__count": "2"}}, ["c-1", "c-2"], {"page: results"}),
        (CUSTOMERS, {"d": customers(1, 2)}, ["c-1", "c-2"], {"page: d"}),
        (CUSTOMERS, {"data": {"customers": {"edges": [{"node": one, "cursor": "x"} for one in customers(1, 2)],
                                            "pageInfo": {"hasNextPage": False}, "totalCount": 2}}},
         ["c-1", "c-2"], {"page: edges", "wrapper: node"}),
        (CUSTOMERS, {"data": {"customers": {"nodes": customers(1, 2)}}}, ["c-1", "c-2"], {"page: nodes"}),
        (CUSTOMERS, {"customers": {"-N1": customers(1)[0], "-N2": customers(2)[0]}}, ["c-1", "c-2"],
         {"page: an object by ids"}),
        (CUSTOMERS, {"data": [{"type": "customers", "id": "7", "attributes": one} for one in customers(1, 2)]},
         ["c-1", "c-2"], {"page: data", "wrapper: attributes"}),
        (PURCHASES, {"data": [{"type": "purchases", "id": "7", "attributes": PURCHASE}] * 2}, ["o-1", "o-1"],
         {"page: data", "wrapper: attributes"}),
        (CUSTOMERS, {"Items": customers(1, 2), "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": {"customer_id": "c"}},
         ["c-1", "c-2"], {"page: Items"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_the_documents_of_a_page_are_read_one_by_one(kind, content, ids, readings, ending):
    text = json.dumps(content, ensure_ascii=False, indent=None if ending == "jsonl" else 1).encode()
    read = read_stream(f"a.{ending}", stream_of(text), Form(kind))
    found = [item for item in read if not isinstance(item, PageSummary)]
    assert [item.position for item in found] == list(range(1, len(ids) + 1))
    assert [item.document[kind.id_field] for item in found if isinstance(item, ParsedDocument)] == ids
    assert {reading for item in found if isinstance(item, ParsedDocument) for reading in item.readings} == readings


@pytest.mark.parametrize(
    ("content", "claim", "name"), [({"data": [], "total": 0}, PageClaim(), "page: data"), ([], None, "page: a list")]
)
def test_a_page_without_documents_is_counted(content, claim, name):
    text = json.dumps(content).encode() + b"\n" + json.dumps(CUSTOMER).encode()
    empty, document = read_stream("a.jsonl", stream_of(text), Form(CUSTOMERS))
    assert empty == PageSummary(1, claim, (f"{name}, without documents",))
    assert isinstance(document, ParsedDocument)


def test_a_null_in_a_page_costs_only_itself():
    text = json.dumps({"data": [None, CUSTOMER]}).encode()
    _, null, document = read_stream("a.json", stream_of(text), Form(CUSTOMERS))
    assert (null.position, type(null), document.position, type(document)) == (
        1, UnreadableDocument, 2, ParsedDocument,
    )  # fmt: skip


@pytest.mark.parametrize("word", sorted(NO_SALE_WORDS))
@pytest.mark.parametrize("kind", [PURCHASES, CUSTOMERS])
def test_a_word_of_no_sale_around_a_purchase_or_in_a_wrappers_name_leads_to_no_living_document(kind, word):
    document = PURCHASE if kind == PURCHASES else CUSTOMER
    wrappers: list[dict[str, Any]] = [
        *({word: document}, {word: [document]}, {word: [document, document]}, {word: document, "active": document}),
        *({"data": {word: document}}, {f"{word}-{kind.name}": {"data": document}}),
    ]
    for wrapper in wrappers:
        found = translate(Form(kind), 1, wrapper)
        assert isinstance(found, UnreadableDocument)
        assert found.reason == NO_SALE_WRAPPER
        assert word in found.detail
        assert found.documents == json.dumps(wrapper).count(f'"{kind.id_field}"')
    if kind == PURCHASES:
        said = translate(Form(kind), 1, {"data": document, "meta": {"status": word}})
        assert isinstance(said, ParsedDocument)
        assert said.document in ({**document, "status": word}, {**document, "__op": "d"})


@pytest.mark.parametrize(
    "name",
    [
        *("OldImage", "oldImage", "oldimage", "oldValue", "old_record", "previousVersion", "prior_state", "pre_image"),
        *("reversal", "reversed", "chargeback", "storned", "отказ", "отложенный", "training", "test", "isTest", "demo"),
        *("deferred", "suspended", "invalid", "withdrawn", "hidden", "cart", "quote", "template", "receiptCorrection"),
        *("ЧекКоррекции", "невыкупленные", "trash", "carts", "baskets", "quotes", "templates", "shoppingCarts"),
        *("корзины", "шаблоны", "tests", "sandbox", "тестовые", "учебные", "not_delivered", "не_выкупленные"),
        *("credit_notes", "creditMemos", "недоставленные"),
    ],
)
def test_what_stands_under_a_name_of_no_sale_or_an_earlier_version_is_no_document(name):
    for wrapper in (
        {name: PURCHASE},
        {name: [PURCHASE] * 2},
        {"data": {name: PURCHASE}},
        {name: PURCHASE, "a": PURCHASE},
    ):
        found = translate(Form(PURCHASES), 1, wrapper)
        assert isinstance(found, UnreadableDocument)
        assert found.documents == json.dumps(wrapper).count('"purchase_id"')


@pytest.mark.parametrize(
    ("said", "is_read"),
    [
        *(({"_index": "refunds"}, False), ({"_index": "purchases-deleted"}, False), ({"index": "purchases"}, True)),
        *(({"schema": "deleted"}, False), ({"database": "trash"}, False), ({"context": "returns"}, False)),
        *(({"query": "status=cancelled"}, False), ({"query": "type=return"}, False), ({"query": "status=paid"}, True)),
        *(({"query": "SELECT * FROM p WHERE is_deleted = true"}, False), ({"query": "select * from refunds"}, False)),
        *(({"query": "SELECT id, deleted_at FROM p WHERE deleted_at IS NULL ORDER BY returned"}, True),),
        *(({"request": {"params": {"type": 2}}}, False), ({"request": {"params": {"type": "1"}}}, True)),
        *(({"meta": {"report": "Возвраты за январь"}}, False), ({"meta": {"report": "Продажи за январь"}}, True)),
        *(({"meta": {"type": "RefundSell"}}, False), ({"meta": {"sheet": "Отложенные чеки"}}, False)),
    ],
)
def test_what_tools_say_of_no_sale_under_any_of_their_names_is_heard(said, is_read):
    text = json.dumps(said | {"data": [PURCHASE] * 2}).encode()
    found = list(read_stream("a.json", stream_of(text), Form(PURCHASES)))
    assert [type(item) for item in found] == (
        [PageSummary, ParsedDocument, ParsedDocument] if is_read else [UnreadableDocument]
    )
    wrapped = translate(Form(PURCHASES), 1, said | {"_source": PURCHASE})
    assert isinstance(wrapped, ParsedDocument) is (is_read or "type" in said.get("meta", {}))


MARKED: list[tuple[DocumentKind, dict[str, Any], dict[str, Any]]] = [
    (PURCHASES, {"status": "draft"}, {"status": "draft"}),
    (PURCHASES, {"operationType": 2}, {"operationType": 2}),
    (PURCHASES, {"type": "return"}, {"type": "return"}),
    (PURCHASES, {"event": "purchase.deleted"}, {"__op": "d"}),
    (PURCHASES, {"event": "order.cancelled"}, {"operation": "cancelled"}),
    (PURCHASES, {"status": "Cancelled by customer"}, {"status": "Cancelled by customer"}),
    (PURCHASES, {"state": "closed"}, {"state": "closed"}),
    (PURCHASES, {"info": {"deleted": True}}, {"deleted": True}),
    (PURCHASES, {"posted": False, "paid": "yes"}, {"posted": False}),
    (PURCHASES, {"event": "order.created", "type": "purchase", "state": "paid", "cancelled": False}, {}),
    (PURCHASES, {"sort": "-deleted_at", "self": "/returns/5", "url": "https://shop/refunds"}, {}),
    (PURCHASES, {"type": "json", "status": 201, "message": "2 returned"}, {}),
    (PURCHASES, {"event": "order.return_requested"}, {"operation": "order.return_requested"}),
    (PURCHASES, {"query": "INSERT INTO p (deleted_at) VALUES (NULL)", "next": "?deleted=0&page=2"}, {}),
    (PURCHASES, {"deleted": 3, "refunded": 0, "skipDeleted": True}, {}),
    (CUSTOMERS, {"event": "customer.tags_removed"}, {}),
    (CUSTOMERS, {"event": "customer.deleted"}, {"__op": "d"}),
    (CUSTOMERS, {"status": "deleted"}, {"__op": "d"}),
    (CUSTOMERS, {"action": "remove"}, {"__op": "d"}),
    (CUSTOMERS, {"status": "draft", "source": "returns"}, {}),
]


@pytest.mark.parametrize(("kind", "said", "marks"), MARKED)
@pytest.mark.parametrize("name", ["meta", "_meta", "metadata", "context"])
def test_a_document_carries_what_a_wrapper_says_of_deletions_and_sales(kind, said, marks, name):
    document = PURCHASE if kind == PURCHASES else CUSTOMER
    found = translate(Form(kind), 1, {"data": document, name: said})
    assert isinstance(found, ParsedDocument)
    assert found.document == document | marks


@pytest.mark.parametrize(
    ("wrapper", "detail"),
    [
        ({"data": PURCHASE, "meta": {"source": "refunds"}}, "data; beside it: meta.source"),
        ({"data": PURCHASE, "source": "Возвраты"}, "data; beside it: source"),
        ({"data": PURCHASE, "meta": {"flags": ["draft"]}}, "data; beside it: meta.flags"),
        (
            {"database": "d", "table": "refunds", "type": "insert", "data": PURCHASE},
            "a row of Maxwell or Canal; beside it: table",
        ),
    ],
)
def test_what_a_tool_says_of_no_sale_and_no_document_can_carry_rejects_it(wrapper, detail):
    found = translate(Form(PURCHASES), 1, wrapper)
    assert isinstance(found, UnreadableDocument)
    assert (found.reason, found.detail) == (SAID_BESIDE, detail)


@pytest.mark.parametrize(
    ("meta", "is_read"),
    [
        *(({"type": "retaildemand", "returned": 2}, True), ({"status": "ok", "includeDeleted": False}, True)),
        *(({"filter": "status!=deleted"}, True), ({"returns_allowed": True}, True), ({"numberReturned": 2}, True)),
        *(({"type": "retailsalesreturn"}, False), ({"status": "draft"}, False), ({"filter": "status=deleted"}, False)),
        *(({"deleted": True}, False), ({"operationType": 2}, False), ({"posted": False}, False)),
        *(({"isDeleted": 1}, False), ({"op": "d"}, False), ({"deletedAt": 1735689600}, False)),
        *(({"status": "not paid"}, False), ({"filter": "status=refunded and not test"}, False)),
        *(({"filter": "deleted=false"}, True), ({"type": "json"}, True), ({"operation": "export"}, True)),
    ],
)
def test_a_page_is_read_unless_it_says_that_its_documents_do_not_count(meta, is_read):
    content = {"meta": meta, "data": [PURCHASE, PURCHASE | {"note": "x" * 10}]}
    for size in (10, 17_000_000):
        content["data"][1]["note"] = "x" * size
        found = list(read_stream("a.json", stream_of(json.dumps(content).encode()), Form(PURCHASES)))
        documents = [item for item in found if not isinstance(item, PageSummary)]
        assert isinstance(documents[0], ParsedDocument if is_read else UnreadableDocument)
        assert is_read or documents[0].documents >= 2


def test_an_id_that_has_a_word_of_no_sale_is_an_id():
    documents = [PURCHASE | {PURCHASES.id_field: name} for name in ("return-2", "ORD-VOID-1")]
    content = json.dumps({document[PURCHASES.id_field]: document for document in documents}).encode()
    found = list(read_stream("a.json", stream_of(content), Form(PURCHASES)))
    assert [one.document for one in found if isinstance(one, ParsedDocument)] == documents


def test_the_marks_of_two_wrappers_must_agree():
    found = translate(Form(PURCHASES), 1, {"status": "cancelled", "data": {"status": "shipped", "purchase": PURCHASE}})
    assert isinstance(found, UnreadableDocument)
    assert (found.reason, found.detail) == (BESIDE, "document; beside it: status")


@pytest.mark.parametrize(
    ("kind", "answer", "count"),
    [
        (PRODUCTS, {"jsonrpc": "2.0", "id": "1", "result": [PRODUCT] * 3}, 3),
        (PRODUCTS, {"id": 1, "result": {"items": [PRODUCT] * 2}}, 2),
        (PRODUCTS, {"id": "evt-1", "data": PRODUCT}, 1),
        (PRODUCTS, {"id": "evt-1", "type": "product.updated", "created": 5, "data": {"object": PRODUCT}}, 1),
        (PRODUCTS, {"id": "7", "op": "c", "after": PRODUCT}, 1),
        (CUSTOMERS, {"jsonrpc": "2.0", "id": 1, "result": [CUSTOMER] * 2}, 2),
        (PURCHASES, {"id": 1, "items": [PURCHASE] * 2}, 2),
    ],
)
def test_the_id_of_an_answer_or_an_event_is_not_that_of_a_document(kind, answer, count):
    found = list(read_stream("a.json", stream_of(json.dumps(answer).encode()), Form(kind)))
    documents = [item.document for item in found if isinstance(item, ParsedDocument)]
    assert documents == [{PRODUCTS: PRODUCT, CUSTOMERS: CUSTOMER, PURCHASES: PURCHASE}[kind]] * count


def test_what_has_an_id_and_a_field_of_the_model_or_the_mapping_is_the_document():
    own = PRODUCT | {"data": {"id": "x"}, "items": [{"id": "y"}]}
    assert translate(Form(PRODUCTS), 1, own) == ParsedDocument(1, own, own)
    rules = KindMapping(fields=(FieldRule("title", "name"),))
    found = translate(Form(PRODUCTS, rules), 1, {"id": "p-1", "title": "Milk", "data": {"id": "x"}})
    assert isinstance(found, ParsedDocument)
    assert found.document == PRODUCT | {"data": {"id": "x"}}
    answer = {"id": "1", "weird": 1, "result": [PRODUCT] * 3}
    refused = translate(Form(PRODUCTS), 1, answer)
    assert isinstance(refused, UnreadableDocument)
    assert (refused.reason, refused.detail, refused.documents) == (BESIDE_PAGE, "result; beside it: weird", 3)


def test_a_key_with_a_word_for_an_earlier_version_is_still_the_key_of_a_document():
    delivered = {"old-arbat": {"store_id": "1"}, "tverskaya": {"store_id": "2"}}
    read = list(read_stream("stores/a.json", stream_of(json.dumps(delivered).encode()), Form(STORES, EMPTY)))
    assert [found.document["store_id"] for found in read if isinstance(found, ParsedDocument)] == ["1", "2"]


@pytest.mark.parametrize("name", ["attributes", "node", "item", "record", "values", "items"])
def test_a_list_of_a_product_is_its_own_though_its_elements_have_ids(name):
    delivered = {"id": "p-1", "type": "product", name: [{"id": "a-5", "name": "fat", "value": 3}]}
    found = translate(Form(PRODUCTS), 1, delivered)
    assert isinstance(found, ParsedDocument)
    assert found.document == delivered


@pytest.mark.parametrize(
    ("delivered", "count"),
    [
        ({"data": {"type": "customers", "id": "1", "attributes": CUSTOMER}}, 1),
        ({"jsonapi": {"version": "1.0"}, "data": {"type": "customers", "id": "1", "attributes": CUSTOMER}}, 1),
        ({"jsonapi": {"version": "1.0"}, "data": [{"type": "customers", "id": "1", "attributes": CUSTOMER}] * 2}, 2),
        ({"kind": "customers", "data": [CUSTOMER] * 2}, 2),
        ({"object": "customer", "items": [CUSTOMER] * 2}, 2),
        ({"data": {"customer": CUSTOMER, "__typename": "Query"}}, 1),
        (
            {
                "data": {
                    "customers": {
                        "__typename": "CustomerConnection",
                        "pageInfo": {"__typename": "PageInfo", "hasNextPage": False},
                        "edges": [{"__typename": "CustomerEdge", "cursor": "x", "node": CUSTOMER}] * 2,
                    },
                    "__typename": "Query",
                }
            },
            2,
        ),
    ],
)
def test_what_json_api_and_graphql_write_beside_documents_is_passed_over(delivered, count):
    found = list(read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(CUSTOMERS)))
    assert [item.document for item in found if isinstance(item, ParsedDocument)] == [CUSTOMER] * count
    assert not any(isinstance(item, UnreadableDocument) for item in found)


@pytest.mark.parametrize(
    "delivered",
    [
        {"kind": "purchases", "data": [CUSTOMER] * 2},
        {"data": {"customer": CUSTOMER, "__typename": "DeletedCustomer"}},
        {"jsonapi": {"version": "1.0", "meta": {"status": "soft_deleted"}}, "data": [CUSTOMER] * 2},
        {"data": {"type": "customers", "id": "deleted", "attributes": CUSTOMER}},
        {"data": {"id": "1", "whatever": CUSTOMER}},
    ],
)
def test_what_they_say_of_other_documents_is_not(delivered):
    found = list(read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(CUSTOMERS)))
    assert [type(item) for item in found if not isinstance(item, PageSummary)] == [UnreadableDocument]
