"""A mapping turns a shop's own documents into ours, and says with its line what is wrong in it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson.decimal128 import Decimal128
from bson.objectid import ObjectId

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES
from shop_assets.landing.mapping import BAD_DIVIDEND
from shop_assets.landing.mapping_file import MappingError, ShopMapping, parse_mapping
from shop_assets.landing.reading import read_stream
from shop_assets.landing.translation import Form, ParsedDocument, UnreadableDocument, translate
from shop_assets_tests.landing.files import stream_of

TEXT = """
# A till's receipts.
[purchases]
texts = ["purchase_id", "items[].product_id"]

[purchases.fields]
receiptNo = "purchase_id"
client.id = "customer.customer_id"
"shop" = ["store.store_id", "store.store_name"]
"lines[].sku" = "items[].product_id"
"lines[].qty" = "items[].quantity"
"lines[].sum.value" = "items[].total_price"
payType = "payment_method"
sum = "total_amount"

[purchases.values.payment_method]
"Наличными" = "cash"
1 = "card"

[purchases.values."items[].quantity"]
"одна" = 1

[purchases.divisors]
total_amount = 100
"items[].total_price" = 100

[purchases.constants]
is_delivery = false
store.location.city = "Псков"

[customers.fields]
"person.code" = "customer_id"
"""

RECEIPT: dict[str, Any] = {
    "receiptNo": 17,
    "client": {"id": "c-1", "name": "Иван"},
    "shop": "s-1",
    "lines": [{"sku": 5, "qty": "одна", "sum": {"value": 12990}, "vat": 20}, {"sku": "p-6", "sum": {"value": "50"}}],
    "payType": " НАЛИЧНЫМИ ",
    "sum": 13040,
    "is_delivery": None,
}

PURCHASE: dict[str, Any] = {
    "client": {"name": "Иван"},
    "lines": [{"vat": 20}, {}],
    "is_delivery": False,
    "purchase_id": "17",
    "customer": {"customer_id": "c-1"},
    "store": {"store_id": "s-1", "store_name": "s-1", "location": {"city": "Псков"}},
    "items": [{"product_id": "5", "quantity": 1, "total_price": 129.9}, {"product_id": "p-6", "total_price": 0.5}],
    "payment_method": "cash",
    "total_amount": 130.4,
}


@pytest.fixture(scope="module")
def mapping() -> ShopMapping:
    return parse_mapping("till.toml", TEXT)


def test_a_receipt_becomes_a_purchase_and_each_rule_is_counted(mapping: ShopMapping):
    before = repr(RECEIPT)
    found = translate(Form(PURCHASES, mapping.of(PURCHASES)), 1, RECEIPT)
    assert isinstance(found, ParsedDocument)
    assert found.document == PURCHASE
    assert found.delivered is RECEIPT
    assert repr(RECEIPT) == before
    assert set(found.rules) == set(mapping.of(PURCHASES).names())


def test_what_a_document_does_not_have_stays_away(mapping: ShopMapping):
    others = {"is_delivery": True, "store": {"location": {"city": "Тверь"}}}
    found = mapping.of(PURCHASES).apply({"receiptNo": "r"} | others)
    assert found.document == {"purchase_id": "r"} | others
    assert found.rules == ("receiptNo -> purchase_id",)
    untouched = {"purchase_id": "1"} | others
    assert mapping.of(PRODUCTS).apply(untouched).document is untouched


@pytest.mark.parametrize("amount", ["12 990", "130,40", "много", True, [1], float("inf")])
def test_a_number_that_cannot_be_divided_rejects_its_document_rather_than_being_wrong_by_the_factor(mapping, amount):
    found = translate(Form(PURCHASES, mapping.of(PURCHASES)), 1, RECEIPT | {"sum": amount})
    if isinstance(amount, list):
        assert isinstance(found, ParsedDocument)  # no amount at all: MART counts it as unreadable
    else:
        assert isinstance(found, UnreadableDocument)
        assert (found.reason, found.detail) == (BAD_DIVIDEND, "total_amount")


def test_an_id_of_the_mapping_shows_a_document_within_its_wrappers(mapping: ShopMapping):
    form = Form(CUSTOMERS, mapping.of(CUSTOMERS))
    text = '{"data": [{"customer": {"person": {"code": "c-1"}}}, {"person": {"code": "c-2"}}]}'
    found = list(read_stream("a.json", stream_of(text.encode()), form))
    assert [item.document for item in found if isinstance(item, ParsedDocument)] == [
        {"customer_id": "c-1"},
        {"customer_id": "c-2"},
    ]


def test_lists_are_moved_whole_and_in_part_and_fields_can_change_places():
    text = """
    [purchases.fields]
    positions = "items"
    "positions[].code" = "items[].product_id"
    [products.fields]
    id = "barcode"
    sku = "id"
    """
    mapping = parse_mapping("a.toml", text)
    assert mapping.of(PURCHASES).apply({"positions": [{"code": "p", "unit": "шт"}]}).document == {
        "items": [{"code": "p", "unit": "шт", "product_id": "p"}]
    }
    assert mapping.of(PRODUCTS).apply({"id": "460", "sku": "p-1"}).document == {"barcode": "460", "id": "p-1"}


def test_the_digest_is_of_the_rules_of_a_kind_and_not_of_how_they_are_written(mapping: ShopMapping):
    other = parse_mapping("other.toml", TEXT.replace("# A till's receipts.", "") + "\n[products.fields]\nsku = 'id'\n")
    assert mapping.digest(PURCHASES) == other.digest(PURCHASES)
    assert mapping.digest(PRODUCTS) == "" != other.digest(PRODUCTS)
    assert mapping.digest(CUSTOMERS) not in {"", mapping.digest(PURCHASES)}
    one, two = '"a" = "first_name"', '"b" = "last_name"'
    in_order, reversed_order = (
        parse_mapping("order.toml", f"[customers.fields]\n{first}\n{second}").digest(CUSTOMERS)
        for first, second in ((one, two), (two, one))
    )
    assert in_order == reversed_order
    assert parse_mapping("empty.toml", "[stores]").digest(PURCHASES) == ""


KEPT = "our field had something else and was kept"


@pytest.mark.parametrize(
    ("rules", "document", "expected", "counted"),
    [
        ('"lines[].sku" = "items[].product_id"', {"lines": {"sku": 1, "b": 2}}, None, ()),
        ('"lines[].sku" = "items[].product_id"', {"lines": [{"b": 2}]}, None, ()),
        ('"lines[].sku" = "items[].product_id"', {"lines": [{}]}, None, ()),
        ('"client.id" = "customer.customer_id"', {"client": "c-1"}, None, ()),
        ('sum = "total_amount"', {"sum": None, "total_amount": 5}, None, ()),
        ('sum = "total_amount"', {"total_amount": 5}, None, ()),
        ('sum = "total_amount"', {"sum": 5, "total_amount": 5}, {"total_amount": 5}, ("sum -> total_amount",)),
        ('sum = "total_amount"', {"sum": 5, "total_amount": " "}, {"total_amount": 5}, ("sum -> total_amount",)),
        ('sum = "total_amount"', {"sum": 6, "total_amount": 5}, {"sum": 6, "total_amount": 5},
         (f"sum -> total_amount: {KEPT}",)),
        ('client = "customer.customer_id"', {"client": "c", "customer": "Иван"}, {"client": "c", "customer": "Иван"},
         (f"client -> customer.customer_id: {KEPT}",)),
        (r'"a\\.b" = "purchase_id"', {"a.b": "1"}, {"purchase_id": "1"}, ("a\\.b -> purchase_id",)),
    ],
)  # fmt: skip
def test_only_what_a_rule_finds_is_moved_and_no_value_is_lost(rules, document, expected, counted):
    mapping = parse_mapping("a.toml", f"[purchases.fields]\n{rules}")
    found = mapping.of(PURCHASES).apply(document)
    assert (found.document, found.rules) == (document if expected is None else expected, counted)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
        (Decimal128("1E+3"), "1000"),
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00Z"),
        (17.0, "17"),
    ],
)
def test_ids_of_every_type_become_texts(value, text):
    mapping = parse_mapping("a.toml", "[purchases]\ntexts = ['purchase_id']\n[purchases.fields]\n_id = 'purchase_id'")
    assert mapping.of(PURCHASES).apply({"_id": value}).document == {"purchase_id": text}


def test_an_id_within_an_object_that_is_named_like_a_wrapper_is_no_wrapper():
    mapping = parse_mapping("a.toml", "[purchases.fields]\n'data.num' = 'purchase_id'")
    found = translate(Form(PURCHASES, mapping.of(PURCHASES)), 1, {"data": {"num": "7"}})
    assert isinstance(found, ParsedDocument)
    assert found.document == {"purchase_id": "7"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[purchases.fields\n", "a.toml is not TOML: .*line 1"),
        ("[purchases.values.payment_method]\nнал = 'cash'", "a.toml is not TOML: .*line 2.*need quotes"),
        ("\n[purchase.fields]\n", r"line 2: \[purchase\] no such kind: 'purchase' \(did you mean 'purchases'"),
        ("stores = 1", r"line 1: \[stores\] stores must be a table"),
        (
            "[stores.field]\na = 'store_id'",
            r"line 1: \[stores.field\] no such section: 'field' .*'fields'",
        ),
        ("[purchases.fields]\nsum = 'total_amnt'", "line 2: .* no such field of ours: 'total_amnt' .*'total_amount'"),
        ("[purchases.fields]\n\nreceipt.no = 'purchaseid'", "line 3: .*'purchase_id'"),
        ("[purchases.fields]\nsum = 1", 'line 2: .*"sum" must have the name of our field'),
        ("[purchases.fields]\n'lines.sku' = 'items[].product_id'", "line 2: .*the same number of lists"),
        ("[purchases.fields]\na = 'purchase_id'\nb = 'purchase_id'", 'line 3: .*comes from "a" already'),
        ("[purchases.values.payment]\na = 'cash'", "line 1: .*no such field of ours: 'payment'"),
        ("[purchases.values.payment_method]\na = 'cash'\nA = 'card'", 'line 3: .*"A" of payment_method is there twice'),
        ("[purchases.divisors]\ntotal_amount = 0.01", "line 2: .*must be a whole number"),
        ("[purchases.constants]\nis_delivery = [1]", "line 2: .*must be one value"),
        ("[purchases.constants]\npurchase_id = 'a'", "line 2: .*purchase_id is the id"),
        ("[purchases.constants]\ntotal_amount = '5'", "line 2: .*total_amount is a number"),
        ("[purchases.constants]\ntotal_amount = true", "line 2: .*total_amount is a number"),
        ("[purchases.constants]\nitems = 'a'", "line 2: .*items is an object or a list"),
        ("[stores.values.location]\na = 'b'", "line 1: .*location is an object or a list"),
        ("[stores]\ntexts = ['categories']", "line 2: .*categories is an object or a list"),
        ("[purchases.divisors]\npurchase_datetime = 100", "line 2: .*purchase_datetime is no number"),
        ("[purchases.constants]\ntotal_amount = nan", "line 2: .*must be one value"),
        ("[purchases.values.total_amount]\na = inf", "line 2: .*must have one value of ours"),
        ("[purchases.fields]\n'a..b' = 'purchase_id'", "line 2: .*'a..b' is no path"),
        ("[purchases.fields]\n'[].b' = 'items[].product_id'", "line 2: .*is no path"),
        ("[purchases.fields]\na = []", 'line 2: .*"a" must have the name of our field'),
        ("[customers.fields]\na = 'status'", "line 2: .*no such field of ours: 'status'"),
        ("[stores.fields]\na b = 'store_id'", "line 2.*need quotes"),
        ("[customers]\ntexts = 'customer_id'", r"line 2: \[customers.texts\] texts must be a list"),
        ("[customers]\ntexts = ['customer']\n[customers.constants]\nfoo = 1", "line 4: .*no such field of ours: 'foo'"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_with_its_line_and_its_field(text: str, message: str):
    with pytest.raises(MappingError, match=message):
        parse_mapping("a.toml", text)


def test_a_hint_about_quotes_stands_only_where_quotes_are_missing():
    with pytest.raises(MappingError, match=r"line 3.*`store_id`") as caught:
        parse_mapping("a.toml", "[stores.fields]\na = 'x'\nstore_id = \n")
    assert "need quotes" not in str(caught.value)


def test_every_problem_of_a_mapping_is_listed():
    with pytest.raises(MappingError) as caught:
        parse_mapping("a.toml", "[purchases.fields]\na = 'b'\nc = 'd'\n[shops]\n")
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]] == ["line 2", "line 3", "line 4"]
