"""What tools say of the documents that they deliver: which database, table and query these come from."""

import json
import time
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument, translate
from shop_assets.landing.wrappers.refusals import BESIDE_PAGE
from shop_assets.landing.wrappers.tool_statements import Said, said
from shop_assets_tests.landing.files import stream_of

PURCHASE = {"purchase_id": "o-1", "total_amount": 180, "items": [{"product_id": "p-1", "quantity": 1}]}


@pytest.mark.parametrize(("name", "statement"), [
    ("db", "demo"), ("schema", "training"), ("filter", "status!=deleted"), ("where", "is_deleted IS NOT TRUE"),
    ("query", "UPDATE purchases SET status='paid' WHERE status='pending'"),
    ("query", "SELECT * FROM p WHERE status NOT IN ('refunded','cancelled')"),
    ("query", "SELECT * FROM p WHERE is_deleted IS FALSE"),
    ("query", "SELECT * FROM p WHERE NOT COALESCE(is_deleted, false)"),
    ("query", "SELECT * FROM p WHERE is_deleted <> 1"),
    ("sql", "SELECT * FROM p LEFT JOIN returns r ON r.id = p.id WHERE r.id IS NULL"),
])  # fmt: skip
def test_what_a_statement_leaves_out_and_where_it_is_kept_say_nothing(name: str, statement: str) -> None:
    assert said(PURCHASES, name, statement) is Said.NOTHING


@pytest.mark.parametrize(("name", "statement"), [
    ("database", "trash"), ("schema", "deleted"), ("query", "status=cancelled"), ("query", "type=return"),
    ("query", "SELECT * FROM p WHERE is_deleted = true"), ("query", "SELECT * FROM purchases_deleted"),
])  # fmt: skip
def test_what_a_statement_selects_is_heard(name: str, statement: str) -> None:
    assert said(PURCHASES, name, statement) is Said.DOUBTFUL


@pytest.mark.parametrize("name", ["source", "filter", "sql", "type", "context", "cursor"])
@pytest.mark.parametrize("text", ["a" * 100_000, "not " * 25_000, "a, " * 30_000], ids=["one word", "not", "a list"])
def test_a_long_text_of_a_tool_takes_no_time(name: str, text: str) -> None:
    began = time.process_time()
    assert said(PURCHASES, name, text) is Said.NOTHING
    assert time.process_time() - began < 2  # a word of 16,000 letters took 15 seconds


UNHEARD: list[tuple[str, object]] = [
    ("statuses", "CANCELLED"), ("status_in", "CANCELLED"), ("payment_status__in", "refunded"),
    ("purchase_status", "void"), ("transaction_type", "REFUND"), ("receipt_kind", "return"),
    ("status_name", "Отменён"), ("training", True), ("draft", True), ("test_mode", "yes"), ("failed_at", "2026-01-01"),
    ("is_failed", True), ("deleted_on", 1735689600000), ("is_current", False), ("livemode", False),
    ("enabled", False),
    ("dbt_valid_to", "2026-01-01"), ("hvr_op", 0), ("refund_total", 180), ("totalReturned", 180), ("info", "refund"),
    ("request", "refund"), ("order", "cancelled"), ("@removed", True), ("source_table", "order_returns"),
    ("receipt_form", "Чек коррекции"), ("cdc_op", "D"), ("dml", "DELETE"), ("verb", "delete"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), UNHEARD)
def test_a_deletion_and_no_sale_are_heard_under_names_that_nobody_listed(name: str, content: object) -> None:
    assert said(PURCHASES, name, content) is Said.DOUBTFUL


@pytest.mark.parametrize(("name", "content"), [
    ("cdc_op", "D"), ("dml", "DELETE"), ("deleted_on", 1735689600000), ("is_current", False),
    ("__END_AT", "2026-01-01"),
])  # fmt: skip
def test_a_deletion_of_any_kind_is_heard(name: str, content: object) -> None:
    assert said(CUSTOMERS, name, content) is Said.DOUBTFUL


@pytest.mark.parametrize(("name", "content"), [
    ("status__nin", "cancelled"), ("must_not", "cancelled"), ("refundable", True), ("refund_total", 0), ("failed", 2),
    ("deleted_count", 3), ("sort", "deleted_at"), ("order", "deleted_at desc"), ("fields", "deleted_at"),
    ("permissions", "refund"), ("message", "2 returned"), ("deleted_on", None), ("is_current", True),
    ("training", False), ("dbt_valid_to", ""), ("request", "GET"), ("info", "a long text on what refunds are"),
    ("sync_state", "failed"), ("actions", "refund"), ("removed_fields", "phone"), ("return_window_days", 14),
    ("numberReturned", 2), ("href", "/refunds"), ("op", "u"), ("change_action", "update"),
])  # fmt: skip
def test_what_a_tool_says_of_its_own_is_no_statement(name: str, content: object) -> None:
    assert said(PURCHASES, name, content) is Said.NOTHING


@pytest.mark.parametrize(("beside", "is_heard"), [
    ({"query": {"statuses": ["CANCELLED"]}}, True), ({"filter": {"statuses": ["CANCELLED"]}}, True),
    ({"meta": {"refunds": [{"amount": 180}]}}, True),
    ({"failed": True}, True), ({"meta": "refund"}, True), ({"@removed": {"reason": "deleted"}}, True),
    ({"@odata.type": "#Shop.Refund"}, True), ({"request": {"method": "DELETE"}}, True), ({"crud": "D"}, True),
    ({"meta": {"refunds": [{"amount": 0}], "deleted": []}}, False), ({"_shards": {"total": 5, "failed": 1}}, False),
    ({"query": {"bool": {"must_not": {"term": {"status": "cancelled"}}}}}, False),
    ({"query": {"status": {"$nin": ["cancelled", "refunded"]}}}, False),
    ({"links": [{"url": None, "label": "Previous", "active": False}]}, False),
    ({"pageable": {"sort": {"sorted": False}, "unpaged": False}, "@odata.context": "https://shop/$metadata"}, False),
])  # fmt: skip
def test_what_stands_beside_a_purchase_is_heard_in_wrappers_and_pages(beside: dict[str, Any], is_heard: bool) -> None:
    wrapped = translate(Form(PURCHASES), 1, beside | {"purchase": PURCHASE})
    assert isinstance(wrapped, UnreadableDocument if is_heard else ParsedDocument)
    page = json.dumps(beside | {"data": [PURCHASE] * 2}).encode()
    first = next(
        one for one in read_stream("a.json", stream_of(page), Form(PURCHASES)) if not isinstance(one, PageSummary)
    )
    assert isinstance(first, UnreadableDocument if is_heard else ParsedDocument)


PAGES = {"pages": [{"number": 1, "isCurrent": True}, {"number": 2, "isCurrent": False, "active": False}]}


@pytest.mark.parametrize("beside", [
    {"meta": PAGES}, {"pagination": PAGES}, {"meta": {"validation": {"valid": False}, "trial": {"active": False}}},
    {"meta": {"gdpr": {"deleted_customers": 2}, "removed_fields": ["phone"]}},
    {"meta": {"actions": ["view", "refund"]}}, {"meta": {"permissions": {"refund": True}}},
    {"filter": {"from": "2026-01-01"}}, {"filters": {"status": "paid"}}, {"params": {"limit": 2, "store_id": "s-1"}},
    {"filter": {"status__nin": ["cancelled"]}}, {"criteria": {"paid_from": "2026-01-01"}},
    {"meta": {"user": {"allowed_actions": {"refund": True}}}},
    {"meta": {"returns": {"window_days": 14}, "sync_state": "failed"}},
])  # fmt: skip
@pytest.mark.parametrize("around", ["purchase", "data", "items"])
def test_what_is_said_of_something_else_than_the_documents_rejects_none(beside: dict[str, Any], around: str) -> None:
    found = _read(beside | {around: PURCHASE if around == "purchase" else [PURCHASE] * 2})
    assert {type(one) for one in found} == {ParsedDocument}


def test_a_page_sums_up_what_its_documents_say_themselves() -> None:
    meta = {"cancelled_count": 3, "refund_total": 180, "rejected_rows": 1, "returned_orders": 1}
    assert {type(one) for one in _read({"meta": meta, "data": [PURCHASE] * 2})} == {ParsedDocument}
    (wrapped,) = _read({"meta": {"refund_total": 180}, "purchase": PURCHASE})
    assert isinstance(wrapped, UnreadableDocument)


@pytest.mark.parametrize("meta", [
    {"refund_total": "180.00"}, {"cancelled_count": "3"}, {"refunds": "1 180,50"}, {"refund_total": 150_000_000},
    {"refund_amount": "1500000000.00"}, {"returns": {"count": 5, "total": "180.00"}}, {"totals": {"refunds": "10.00"}},
    {"counts": {"refund": 1, "sale": 5}}, {"status_counts": {"cancelled": 1}}, {"refunds": {"count": 1, "sum": None}},
])  # fmt: skip
@pytest.mark.parametrize("count", [1, 2])
def test_a_sum_of_a_page_may_be_a_text_a_large_number_or_an_object(meta: dict[str, Any], count: int) -> None:
    for beside in ({"meta": meta}, meta if "totals" in meta or "counts" in meta else {}):
        assert {type(one) for one in _read(beside | {"data": [PURCHASE] * count})} == {ParsedDocument}
    (wrapped,) = _read({"meta": meta, "purchase": PURCHASE})
    assert not isinstance(wrapped, ParsedDocument) or wrapped.document != PURCHASE


@pytest.mark.parametrize("meta", [
    {"active": False}, {"isCurrent": False}, {"refunded": 1}, {"is_refunded": 1}, {"refunded_on": 20260115},
    {"receipt_type": 2}, {"refunds": [{"amount": 180}]}, {"refunded": "1"}, {"refund": 1768435200},
    {"refunded": "1768435200"}, {"refund": {"id": "r-1", "amount": 180}}, {"items": {"refunded": 1}},
    {"refunds": {"count": 1, "list": [{"amount": 180}]}},
])  # fmt: skip
@pytest.mark.parametrize("around", ["data", "items"])
def test_a_page_that_says_no_of_its_documents_is_named(meta: dict[str, Any], around: str) -> None:
    (found,) = _read({"meta": meta, around: [PURCHASE] * 2})
    assert isinstance(found, UnreadableDocument)
    assert found.reason == BESIDE_PAGE


def _read(delivered: dict[str, Any]) -> list[object]:
    found = read_stream("a.json", stream_of(json.dumps(delivered).encode()), Form(PURCHASES))
    return [one for one in found if not isinstance(one, PageSummary)]


@pytest.mark.parametrize(("beside", "marks"), [
    ({"@type": "Refund"}, {"type": "Refund"}), ({"$type": "Shop.Refund, Shop"}, {"type": "Shop.Refund, Shop"}),
    ({"@status": "cancelled"}, {"status": "cancelled"}), ({"@op": "D"}, {"__op": "d"}), ({"@type": "Receipt"}, {}),
])  # fmt: skip
def test_a_mark_under_a_sign_is_carried_under_its_name(beside: dict[str, Any], marks: dict[str, Any]) -> None:
    found = translate(Form(PURCHASES), 1, beside | {"purchase": PURCHASE})
    assert isinstance(found, ParsedDocument)
    assert found.document == PURCHASE | marks


@pytest.mark.parametrize("name", ["event", "event_type", "eventType", "action", "topic"])
@pytest.mark.parametrize("event", ["customer.deleted", "deleted", "DELETE", "customer_removed"])
def test_an_event_beside_a_document_says_that_it_is_deleted(name: str, event: str) -> None:
    customer = {"customer_id": "c-1", "registration_date": "2025-01-01"}
    found = translate(Form(CUSTOMERS), 1, {"id": "evt-1", name: event, "data": customer})
    assert isinstance(found, ParsedDocument)
    assert found.document == customer | {"__op": "d"}


@pytest.mark.parametrize(("meta", "is_heard"), [
    ({"status": "soft_deleted"}, True), ({"state": "removed_by_admin"}, True), ({"op": "hard_delete"}, True),
    ({"статус": "удалены"}, True), ({"status": "not_deleted"}, False), ({"status": "soft"}, False),
    ({"event": "customer.tags_removed"}, False), ({"status": "cancelled"}, False),
])  # fmt: skip
def test_a_page_of_customers_with_a_status_of_deletion_is_named(meta: dict[str, Any], is_heard: bool) -> None:
    page = json.dumps({"meta": meta, "data": [{"customer_id": "c-1"}, {"customer_id": "c-2"}]}).encode()
    found = [one for one in read_stream("a.json", stream_of(page), Form(CUSTOMERS)) if not isinstance(one, PageSummary)]
    assert {type(one) for one in found} == {UnreadableDocument if is_heard else ParsedDocument}


def test_a_page_says_how_many_documents_it_has_returned() -> None:
    page = json.dumps({"returnedItems": 2, "data": [PURCHASE] * 2}).encode()
    found = list(read_stream("a.json", stream_of(page), Form(PURCHASES)))
    assert [type(one) for one in found] == [PageSummary, ParsedDocument, ParsedDocument]
    assert isinstance(translate(Form(PURCHASES), 1, {"returnedItems": 2, "data": PURCHASE}), UnreadableDocument)


@pytest.mark.parametrize("key", [
    {"status": "cancelled"}, "cancelled", {"type": 2}, ["refunded"], {"order": {"status": "возврат"}}, "test", "demo",
    {"source": "sandbox"}, {"status": "partially_refunded"}, {"status": "test"},
])  # fmt: skip
@pytest.mark.parametrize("name", ["_id", "id"])
def test_a_key_by_which_documents_are_grouped_is_heard(name: str, key: Any) -> None:
    for documents in ([PURCHASE], [PURCHASE] * 2):
        found = _read({name: key, "docs": documents})
        assert {type(one) for one in found} == {UnreadableDocument}
    assert isinstance(translate(Form(PURCHASES), 1, {name: key, "doc": PURCHASE}), UnreadableDocument)


@pytest.mark.parametrize("key", [
    {"store": "s-1"}, "2026-01", {"status": "paid"}, 7, {"year": 2026, "type": 1},
    {"state": "Псковская"}, {"state": "CA"}, {"status": "in_transit"}, {"payment_status": "captured"}, "contest",
    {"status": "not_cancelled"},
])  # fmt: skip
def test_a_key_that_says_nothing_of_no_sale_is_passed_over(key: Any) -> None:
    assert {type(one) for one in _read({"_id": key, "docs": [PURCHASE] * 2})} == {ParsedDocument}


@pytest.mark.parametrize("beside", [
    {"meta": {"currency": "USD"}}, {"context": {"currency": "USD"}}, {"params": {"currency_code": "EUR"}},
    {"metadata": {"Валюта": "USD"}}, {"meta": {"currency": {"code": "KZT"}}}, {"meta": {"units": "kopecks"}},
    {"meta": {"amounts": "в копейках"}}, {"info": {"price_unit": "minor_units"}},
    {"meta": {"currencies": [{"code": "USD"}, {"code": "EUR"}]}}, {"meta": {"currency": "kopecks"}},
    {"meta": {"currency": {"code": "kopecks"}}},
])  # fmt: skip
def test_another_currency_beside_documents_is_not_passed_over(beside: dict[str, Any]) -> None:
    (page,) = _read(beside | {"data": [PURCHASE] * 2})
    assert isinstance(page, UnreadableDocument)
    assert page.reason == BESIDE_PAGE
    wrapped = translate(Form(PURCHASES), 1, beside | {"purchase": PURCHASE})
    assert isinstance(wrapped, ParsedDocument)
    assert wrapped.document["currency"] in {"USD", "EUR", "KZT", "kopecks", "в копейках", "minor_units"}


@pytest.mark.parametrize("meta", [
    {"currency": "RUB"}, {"currency": {"code": "RUB", "name": "Российский рубль"}}, {"Валюта": "руб."},
    {"currency_rate": 90.5}, {"multi_currency": False}, {"units": "metric"}, {"currency": None},
    {"rates": [{"currency": "USD", "rate": 90.1}]}, {"supported_currencies": ["RUB", "USD"]},
    {"exchangeRates": {"usd": {"currency": "USD"}}}, {"currencies": [{"code": "USD"}, {"code": "RUB"}]},
    {"currencies": [{"code": "RUB", "symbol": "₽"}, {"code": "EUR", "symbol": "€"}]}, {"currency": ["EUR", "RUB"]},
    {"display_currency": "USD"}, {"availableCurrencies": ["USD"]}, {"курсы": [{"валюта": "USD"}]},
    {"currency": {"code": "RUB", "minor_units": "kopecks"}}, {"currency": "RUB", "rounding": "kopecks"},
    {"валюта": {"код": "RUB", "единица": "копейка"}},
])  # fmt: skip
def test_roubles_and_other_units_beside_documents_say_nothing(meta: dict[str, Any]) -> None:
    assert {type(one) for one in _read({"meta": meta, "data": [PURCHASE] * 2})} == {ParsedDocument}


def test_the_search_for_a_currency_in_a_long_name_takes_no_time() -> None:
    began = time.process_time()
    found = _read({"data": [PURCHASE] * 2, "meta": {"валюта_" * 5000 + "1": "x"}})
    assert {type(one) for one in found} == {ParsedDocument}
    assert time.process_time() - began < 2  # it took 6 seconds


@pytest.mark.parametrize(("meta", "is_heard"), [
    ({"environment": "sandbox"}, True), ({"env": "test"}, True), ({"sandbox": True}, True), ({"mode": "тест"}, True),
    ({"kind": "credit_note"}, True), ({"is_credit_note": True}, True), ({"kind": "test"}, True),
    ({"source": "sandbox"}, True), ({"dataset": "tests"}, True), ({"type": "sandbox"}, True), ({"тип": "тест"}, True),
    ({"operation": "testing"}, True), ({"filter": "тестовые"}, True), ({"source": "pos"}, False),
    ({"filter": "not test"}, False), ({"db": "sandbox"}, False), ({"source": "contest"}, False),
    ({"environment": "production"}, False), ({"sandbox": False}, False), ({"kind": "receipts"}, False),
])  # fmt: skip
def test_an_environment_of_tests_and_a_credit_note_are_heard(meta: dict[str, Any], is_heard: bool) -> None:
    for around in ({"data": [PURCHASE] * 2}, {"purchase": PURCHASE}):
        (found, *_) = _read({"meta": meta} | around)
        assert isinstance(found, UnreadableDocument if is_heard else ParsedDocument)


@pytest.mark.parametrize(("name", "address"), [
    ("odata.metadata", "http://1c/shop/odata/standard.odata/$metadata#Document_ВозвратТоваровОтПокупателя"),
    ("@odata.context", "https://shop/api/$metadata#Refunds(id,total)"),
])  # fmt: skip
def test_the_name_of_an_odata_set_is_heard(name: str, address: str) -> None:
    assert {type(one) for one in _read({name: address, "value": [PURCHASE] * 2})} == {UnreadableDocument}
    other = "https://shop/api/$metadata#Purchases(id,is_deleted,refunded_at)"
    assert {type(one) for one in _read({name: other, "value": [PURCHASE] * 2})} == {ParsedDocument}
