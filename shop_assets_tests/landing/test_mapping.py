"""A mapping turns a shop's own documents into ours, and says with its line what is wrong in it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson.decimal128 import Decimal128
from bson.objectid import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES
from shop_assets.landing.errors import MappingError
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.mapping_file import ShopMapping, parse_mapping
from shop_assets.landing.mapping.rules import BAD_DIVIDEND, KindMapping, Mapped
from shop_assets.landing.mapping.translation import Form, ParsedDocument, UnreadableDocument, translate
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


def applied(rules: KindMapping, document: dict[str, Any]) -> Mapped:
    """What the rules make of a document whose objects and lists have the shapes that they name."""
    moved = rules.move(document)
    converted = rules.convert(moved.document)
    return Mapped(converted.document, (*moved.rules, *converted.rules))


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
    found = applied(mapping.of(PURCHASES), {"receiptNo": "r"} | others)
    assert found.document == {"purchase_id": "r"} | others
    assert found.rules == ("receiptNo -> purchase_id",)
    untouched = {"purchase_id": "1"} | others
    assert applied(mapping.of(PRODUCTS), untouched).document is untouched


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
    assert applied(mapping.of(PURCHASES), {"positions": [{"code": "p", "unit": "шт"}]}).document == {
        "items": [{"code": "p", "unit": "шт", "product_id": "p"}]
    }
    assert applied(mapping.of(PRODUCTS), {"id": "460", "sku": "p-1"}).document == {"barcode": "460", "id": "p-1"}


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
    found = applied(mapping.of(PURCHASES), document)
    assert (found.document, found.rules) == (document if expected is None else expected, counted)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ObjectId("0123456789abcdef01234567"), "0123456789abcdef01234567"),
        (Decimal128("1E+3"), "1000"),
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00Z"),
        (datetime(2026, 1, 31, 9, 30, 0, 500_000), "2026-01-31T09:30:00.500000Z"),  # noqa: DTZ001  # Extended JSON's
        (17.0, "17"),
    ],
)
def test_ids_and_moments_of_every_type_become_texts_that_mean_the_same(value, text):
    mapping = parse_mapping("a.toml", "[purchases]\ntexts = ['purchase_id']\n[purchases.fields]\n_id = 'purchase_id'")
    assert applied(mapping.of(PURCHASES), {"_id": value}).document == {"purchase_id": text}


def test_an_id_within_an_object_that_is_named_like_a_wrapper_is_no_wrapper():
    mapping = parse_mapping("a.toml", "[purchases.fields]\n'data.num' = 'purchase_id'")
    found = translate(Form(PURCHASES, mapping.of(PURCHASES)), 1, {"data": {"num": "7"}})
    assert isinstance(found, ParsedDocument)
    assert found.document == {"purchase_id": "7"}


@pytest.mark.parametrize("moment", ["2026-01-10T10:00:00Z", {"$numberLong": "1768039200000"}])
def test_a_moment_of_extended_json_keeps_its_instant_as_a_text_and_is_compared_in_the_same_form(moment):
    path = "purchase_datetime"
    texts = translate(Form(PURCHASES, KindMapping(texts=(path,))), 1, {"purchase_id": "1", path: {"$date": moment}})
    assert isinstance(texts, ParsedDocument)
    assert texts.document[path] == "2026-01-10T10:00:00Z"
    values = KindMapping(values={path: {"2026-01-10t10:00:00z": "2026-01-11"}})
    found = translate(Form(PURCHASES, values), 1, {"purchase_id": "1", path: {"$date": moment}})
    assert isinstance(found, ParsedDocument)
    assert found.document[path] == "2026-01-11"


LINES = st.lists(
    st.fixed_dictionaries({"sku": st.integers(1, 9), "price": st.integers(0, 10_000)}, optional={"kind": st.just("X")}),
    min_size=1,
    max_size=3,
)
RECEIPTS = st.fixed_dictionaries(
    {"id": st.just("o-1"), "client": st.fixed_dictionaries({"code": st.sampled_from(["1", "2"])}), "lines": LINES}
)
RENAMED = """
[purchases]
texts = ["items[].product_id"]
[purchases.fields]
id = "purchase_id"
"client.code" = "customer.customer_id"
"lines[].sku" = "items[].product_id"
"lines[].price" = "items[].price_per_unit"
"lines[].kind" = "items[].unit"
[purchases.values."customer.customer_id"]
1 = "c-1"
[purchases.divisors]
"items[].price_per_unit" = 100
[purchases.constants]
"items[].quantity" = 1
"customer.is_loyalty_member" = false
"""


@given(RECEIPTS, st.booleans(), st.data())
def test_rules_give_the_same_whether_lists_and_objects_have_their_own_shape_or_that_of_php(receipt, is_ours, data):
    rules = parse_mapping("a.toml", RENAMED).of(PURCHASES)
    if is_ours:
        lines = [{"product_id": one["sku"], "price_per_unit": one["price"]} for one in receipt["lines"]]
        receipt = {"purchase_id": "o-1", "customer": {"customer_id": receipt["client"]["code"]}, "items": lines}
    lists = "items" if is_ours else "lines"
    shapes = [{str(place): one for place, one in enumerate(receipt[lists], start=data.draw(st.integers(0, 1)))}]
    shapes += receipt[lists] if len(receipt[lists]) == 1 else []
    person = "customer" if is_ours else "client"
    other = receipt | {lists: data.draw(st.sampled_from(shapes)), person: [receipt[person]]}
    expected, found = (translate(Form(PURCHASES, rules), 1, one) for one in (receipt, other))
    assert isinstance(expected, ParsedDocument)
    assert isinstance(found, ParsedDocument)
    assert (found.document, found.rules) == (expected.document, expected.rules)
    assert [line["price_per_unit"] * 100 for line in found.document["items"]] == pytest.approx(
        [line["price_per_unit" if is_ours else "price"] for line in receipt[lists]]
    )
    assert found.readings


@pytest.mark.parametrize(
    "lines", [{"7": {"sku": "a", "price": 100}}, {"name": "x"}, [[{"sku": "a", "price": 100}]], [None], "a"]
)
def test_what_could_be_another_shape_stays_as_it_is(lines):
    rules = parse_mapping("a.toml", RENAMED).of(PURCHASES)
    found = translate(Form(PURCHASES, rules), 1, {"id": "o-1", "lines": lines})
    assert isinstance(found, ParsedDocument)
    assert found.document["lines"] == lines


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
        (
            "[purchases.fields]\nsum = 'total_amnt'",
            "line 2: .* the model has no such field: 'total_amnt' .*'total_amount'",
        ),
        ("[purchases.fields]\n\nreceipt.no = 'purchaseid'", "line 3: .*'purchase_id'"),
        ("[purchases.fields]\nsum = 1", 'line 2: .*"sum" must have the name of a field of the model'),
        ("[purchases.fields]\n'lines.sku' = 'items[].product_id'", "line 2: .*the same number of lists"),
        ("[purchases.fields]\na = 'purchase_id'\nb = 'purchase_id'", 'line 3: .*comes from "a" already'),
        ("[purchases.values.payment]\na = 'cash'", "line 1: .*the model has no such field: 'payment'"),
        ("[purchases.values.payment_method]\na = 'cash'\nA = 'card'", 'line 3: .*"A" of payment_method is there twice'),
        ("[purchases.divisors]\ntotal_amount = 0.01", "line 2: .*must be a whole number"),
        ("[purchases.constants]\nis_delivery = [1]", "line 2: .*must be one value"),
        ("[purchases.constants]\npurchase_id = 'a'", "line 2: .*purchase_id is the id"),
        ("[purchases.constants]\ntotal_amount = '5'", "line 2: .*total_amount is a number"),
        ("[purchases.constants]\ntotal_amount = true", "line 2: .*total_amount is a number"),
        ("[purchases.constants]\nitems = 'a'", "line 2: .*items is an object or a list"),
        ("[stores.values.location]\na = 'b'", "line 1: .*location is an object or a list"),
        ("[stores]\ntexts = ['categories']", "line 2: .*categories is an object or a list"),
        ("[purchases.divisors]\npurchase_datetime = 100", "line 2: .*purchase_datetime is not a number"),
        ("[purchases.constants]\ntotal_amount = nan", "line 2: .*must be one value"),
        ("[purchases.values.total_amount]\na = inf", "line 2: .*must have one value of the model"),
        ("[purchases.fields]\n'a..b' = 'purchase_id'", "line 2: .*'a..b' is not a path"),
        ("[purchases.fields]\n'[].b' = 'items[].product_id'", "line 2: .*is not a path"),
        ("[purchases.fields]\na = []", 'line 2: .*"a" must have the name of a field of the model'),
        ("[customers.fields]\na = 'status'", "line 2: .*the model has no such field: 'status'"),
        ("[stores.fields]\na b = 'store_id'", "line 2.*need quotes"),
        ("[customers]\ntexts = 'customer_id'", r"line 2: \[customers.texts\] texts must be a list"),
        (
            "[customers]\ntexts = ['customer']\n[customers.constants]\nfoo = 1",
            "line 4: .*the model has no such field: 'foo'",
        ),
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
