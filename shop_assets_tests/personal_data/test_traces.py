"""What is known of a customer is found in texts, whatever their form."""

import json
import re
import time
from typing import Any

import pytest
from bson.decimal128 import Decimal128
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_assets.documents.json_text import to_json
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.personal_data.readable_text import readable
from shop_assets.personal_data.traces import Traces, contacts_in, identities_in, ids_in


def traces_of(phone: str) -> Traces:
    traces = Traces(["cus-1"])
    traces.learn({"phone": phone})
    return traces


SPELLINGS = [
    "9001234567",
    "8 (900) 123-45-67",
    "+7 900 123 45 67",
    "+7\u00a0900\u00a0123\u201145\u201167",
    "8-900-123-45-67 доб. 12",
    "%2B7%20900%20123-45-67",
    "phone=%2B7+900+123+45+67",
    "⁸⁹⁰⁰¹²³⁴⁵⁶⁷",
    "+7&#160;900&#160;123&#xa0;45&#xa0;67",
    "８９００１２３４５６７",
    "⑧⑨⓪⓪①②③④⑤⑥⑦",
    "8\ufe0f\u20e39\ufe0f\u20e300\ufe0f123\ufe0f4567",
    "8\u2800900\u2800123\u280045\u280067",
    "%u0038900&nbsp123&nbsp45&nbsp67",
]


@pytest.mark.parametrize("phone", ["+79001234567", "8 900 123-45-67 доб. 12"])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("is_ascii", [False, True])
def test_what_a_close_look_finds_of_a_phone_the_quick_one_does_not_pass_by(
    phone: str, spelling: str, is_ascii: bool
) -> None:
    traces = traces_of(phone)
    text = json.dumps({"note": f"звонить {spelling}", "total": 12}, ensure_ascii=is_ascii)
    assert traces.is_mentioned(text, PURCHASES)
    assert traces.may_be_in(text.lower().encode())


@pytest.mark.parametrize("text", ["8 (900) 123-45-68", "900 123, 45 рублей, 6", "доб. 12", "4567;ext=12", ""])
def test_another_phone_or_an_extension_alone_is_nobody(text: str) -> None:
    for phone in ("+79001234567", "8 900 123-45-67 доб. 12"):
        assert not traces_of(phone).is_mentioned(text, PURCHASES)
        assert not traces_of(phone).may_be_in(text.encode())


def test_a_contact_is_known_with_its_extension_and_without() -> None:
    assert traces_of("8 900 123-45-67 доб. 12").contacts == {"+79001234567;ext=12", "+79001234567"}


@pytest.mark.parametrize("text", [
    '{"purchase_id":"o1","customer":null,"items":[{"quantity":17,"price_per_unit":17.5}],"total_amount":17}',
    '{"purchase_id":17,"purchase_datetime":"2026-01-01T17:00:00Z","store":{"store_id":"17"',
    '{"id":"17","customer":{"customer_id":"5","house":"17"',
    '{"customer_id":170,"customers":["x"],"quantity":17',
])  # fmt: skip
def test_a_number_is_not_a_customer_because_an_id_is_that_number(text: str) -> None:
    assert not Traces(["17"]).is_mentioned(text, PURCHASES)


@pytest.mark.parametrize(("text", "kind"), [
    ('{"purchase_id":"o1","customer":{"customer_id":"17","first_name":"Ива', PURCHASES),
    ('{"purchase_id":"o1","customer":{"first_name":"Анна","id":17,"x', PURCHASES),
    ('{"purchase_id":"o1","customer":17,"x', PURCHASES),
    ('{"purchase_id":"o1","customer_id":{"$numberLong":"17"},"x', PURCHASES),
    ('{"purchase_id":"o1","КодКлиента": "17","x', PURCHASES),
    ('{"purchase_id":"o1","customerId":17.0,"x', PURCHASES),
    ('{"id":17,"first_name":"Ива', CUSTOMERS),
    ('{"_id":{"$numberInt":"17"},"first_name":"Ива', CUSTOMERS),
    ("customer_id=17;name=Иван", CUSTOMERS),
])  # fmt: skip
def test_a_short_id_is_found_where_a_field_is_named_like_that_of_a_customer(text: str, kind: DocumentKind) -> None:
    traces = Traces(["17"])
    assert traces.is_mentioned(text, kind)
    assert traces.may_be_in(text.lower().encode())


@pytest.mark.parametrize(("known", "text"), [
    ("net1/1001", r'{"customer_id":"net1\/1001"'),
    ("r&d-1", r'{"customer_id":"R\u0026D-1"'),
    ("cus-1", r'{"customer_id":"cus\u002d1"'),
    ("cus-1", r'{"comment":"\ncus-1"'),
    ("cus-1", "note=id%3Acus%2D1"),
    ("a&b-12", "<i>a&#38;b-12</i>"),
])  # fmt: skip
def test_an_id_is_found_however_it_is_escaped(known: str, text: str) -> None:
    traces = Traces([known])
    assert traces.is_mentioned(text, CUSTOMERS)
    assert traces.may_be_in(text.lower().encode())


@pytest.mark.parametrize(("customer", "text"), [
    ({"loyalty_card_number": "4276 1234 5678 9012"}, "card 4276123456789012"),
    ({"loyalty_card_number": "4276123456789012"}, "card 4276-1234-5678-9012"),
    ({"loyalty_card_number": "LOYAL-123456"}, "LOYAL 123456"),
    ({"email": "ivan@mail.ru"}, r'"\nivan@mail.ru"'),
    ({"email": "ivan@mail.ru"}, "ivan%40mail.ru"),
    ({"phone": "89161234567, 89161234568"}, "+7 916 123-45-67"),
    ({"phone": "89161234567, 89161234568"}, "8 (916) 123-45-68"),
])  # fmt: skip
def test_a_card_and_contacts_are_found_in_other_spellings(customer: dict[str, str], text: str) -> None:
    traces = Traces(["cus-1"])
    traces.learn(customer)
    assert traces.is_mentioned(text, CUSTOMERS)
    assert traces.may_be_in(text.lower().encode())


EMAIL_SPELLINGS = [
    *("olga.o'hara@example.ru", "olga.o’hara@@example.ru", "olga.o'hara @ example.ru", "olga.o'hara@example..ru"),
    *("olga.o'hara@example .ru", "olga.o'hara（at）example.ru", "Olga.O’Hara [at] example [dot] ru"),
    *("olga.o'hara(собака)example.ru", "olga.o'hara＠example.ru", "olga.o&apos;hara&commat;example&period;ru"),
    *("olga.o&rsquo;hara%40example.ru", "olga.o'hara%2540example.ru", "olga.o'hara&lpar;at&rpar;example.ru"),
]


@pytest.mark.parametrize("known", ["olga.o'hara@example.ru", "Olga.O’Hara@example.ru", "olga.o'hara [at] example.ru"])
@pytest.mark.parametrize("spelling", EMAIL_SPELLINGS)
@pytest.mark.parametrize("is_ascii", [False, True])
def test_an_email_is_found_in_every_form_that_is_encrypted(known: str, spelling: str, is_ascii: bool) -> None:
    traces = Traces(["cus-1"])
    traces.learn({"email": known})
    text = json.dumps({"note": f"писать на {spelling}, спасибо"}, ensure_ascii=is_ascii)
    assert traces.is_mentioned(text, PURCHASES)
    assert traces.may_be_in(text.lower().encode())
    assert "olga.o'hara@example.ru" in identities_in(json.loads(text), PURCHASES)


EMAIL_PARTS = st.tuples(
    st.sampled_from(["@", "@@", " @ ", " @", "(at)", " [at] ", "（at）", "＠", "{собака}", "%40", "&#64;", r"\u0040"]),
    st.sampled_from([".", "..", " .", "(dot)", " [точка] ", "%2e", "&period;"]),
)


@settings(deadline=None)
@given(
    EMAIL_PARTS,
    st.sampled_from(["", "тел: ", "\n", "<", "to="]),
    st.sampled_from(["", ", 5", "\n", ">"]),
    st.booleans(),
)
def test_of_an_email_too_the_quick_look_passes_by_none_that_a_close_one_finds(
    parts: tuple[str, str], before: str, after: str, is_ascii: bool
) -> None:
    traces = Traces(["cus-1"])
    traces.learn({"email": "olga_7@example.com"})
    text = json.dumps({"note": f"{before}olga_7{parts[0]}example{parts[1]}com{after}"}, ensure_ascii=is_ascii)
    if traces.is_mentioned(text, PURCHASES):
        assert traces.may_be_in(text.lower().encode())


@pytest.mark.parametrize("text", ["petr.ivan@mail.ru", "ivan@mail.ru.com", "ivan@mail.rus", "LOYAL-1234567"])
def test_a_longer_address_or_card_is_somebody_else(text: str) -> None:
    traces = Traces(["cus-1"])
    traces.learn({"email": "ivan@mail.ru", "loyalty_card_number": "LOYAL-123456"})
    assert not traces.is_mentioned(text, CUSTOMERS)


@pytest.mark.parametrize("card", ["*****", "-----", "**** **** **** 1234", "unknown", "не указано", "отсутствует"])
def test_a_card_that_says_next_to_nothing_is_not_looked_for(card: str) -> None:
    traces = Traces(["cus-1"])
    traces.learn({"loyalty_card_number": card})
    other = '{"customer":{"customer_id":"cus-9","note":"не указано, отсутствует, unknown"},"total_amount":1234'
    assert not traces.is_mentioned(other, PURCHASES)
    assert not traces.may_be_in(b"zzz")


@pytest.mark.parametrize(("card", "text"), [("123456", '"price": 1234.56'), ("20240101", '"d":"2024-01-01"')])
def test_amounts_and_dates_are_no_short_card_numbers(card: str, text: str) -> None:
    traces = Traces(["cus-1"])
    traces.learn({"loyalty_card_number": card})
    assert not traces.is_mentioned(text, PURCHASES)
    assert traces.is_mentioned(f'"card": "{card}"', PURCHASES)


@pytest.mark.parametrize("text", [
    '{"customer_count":17', '{"customer_age":17', '{"customer_rating": 17', '{"guests": 17', '{"user_agent":"17"',
    '{"client": {"name":"x","store_id":17}', '{"is_loyalty_member": 17', '{"clientVersion": 17.0',
])  # fmt: skip
def test_a_field_that_only_mentions_customers_has_no_id_of_one(text: str) -> None:
    assert not Traces(["17"]).is_mentioned(text, PURCHASES)


def test_a_long_value_is_searched_in_a_moment() -> None:
    begun = time.perf_counter()
    assert not Traces(["17"]).is_mentioned('{"photo":"' + "a" * 200_000 + '"' + " " * 100_000, CUSTOMERS)
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("customer", "of_another"),
    [
        ({"email": "unknown"}, '{"gender": "unknown", "customer_id": "cus-777"'),
        ({"email": "нет данных"}, '{"email": "нет данных"'),
        ({"phone": "+7 999 999-99-99"}, '{"phone": "+79999999999"'),
        ({"phone": "0000000000"}, '{"barcode": "0000000000"'),
        ({"loyalty_card_number": "0000000"}, '{"loyalty_card_number": "0000000"'),
        ({}, '{"customer_id": "cus-1001.2"'),
        ({}, '{"note": "x@cus-1001.ru"'),
    ],
)
def test_what_is_in_many_documents_is_no_trace_of_one_customer(customer: dict[str, str], of_another: str) -> None:
    traces = Traces(["cus-1001"])
    traces.learn(customer)
    assert not traces.is_mentioned(of_another, PURCHASES)


@pytest.mark.parametrize("customer_id", ["shop\\ivan", 'cus"1001'])
def test_an_id_is_found_as_json_writes_it(customer_id: str) -> None:
    traces = Traces([customer_id])
    text = json.dumps({"customer_id": customer_id, "name": "Иван"}) + "}"
    assert traces.may_be_in(text.lower().encode())
    assert traces.is_mentioned(text, CUSTOMERS)


@pytest.mark.parametrize("customer", [
    {"phone": ["+7 900 123-45-67", None]},
    {"phone": {"number": "8 900 123-45-67", "type": "mobile"}},
    {"phone": 79001234567},
    {"phone": 9001234567.0},
    {"phone": Decimal128("9001234567")},
    {"phone": [10**30, "8 900 123 45 67"]},
    {"mobile_phone": "8 900 123 45 67"}, {"contacts": {"phone": 89001234567}},
    {"phones": [{"kind": "home", "value": {"number": 89001234567}}]},
    {"contacts": [{"type": "phone", "value": "8(900)1234567"}]},
    {"phone": "дом. 8 495 123-45-67, моб. 8 900 123-45-67"},
])  # fmt: skip
def test_a_phone_is_a_trace_whatever_its_shape_in_the_document(customer: dict[str, Any]) -> None:
    traces = Traces(["cus-1"])
    traces.learn(customer)
    assert "+79001234567" in traces.contacts
    assert traces.is_mentioned('{"note": "8 900 123 45 67', PURCHASES)


@pytest.mark.parametrize("customer", [
    {"email": ["Ivan@Example.ru"]}, {"email": {"address": "ivan@example.ru", "verified": True}},
    {"email": "ivan@example.ru; ivan@work.example"}, {"contacts": [{"value": "ivan@example.ru"}]},
])  # fmt: skip
def test_an_email_is_a_trace_whatever_its_shape_in_the_document(customer: dict[str, Any]) -> None:
    traces = Traces(["cus-1"])
    traces.learn(customer)
    assert "ivan@example.ru" in traces.contacts
    assert traces.is_mentioned("to: IVAN@example.ru", PURCHASES)


@pytest.mark.parametrize("customer", [
    {"phone": {"verified": 1, "count": 2}}, {"phone": True, "email": False}, {"phones": ["9999999999", 0]},
    {"comment": "звонить жене: 8 900 123-45-67"}, {"contacts": {"floor": 12}},
    {"manager_email": "help@shop.example", "supportPhone": "8 800 555 35 35", "Телефон магазина": "8 495 123-45-67"},
    {"contacts": {"updated_at": "2026-01-15T00:00:00", "number": 20260115000000}},
    {"phone_campaign": "8 800 555 35 35"},
])  # fmt: skip
def test_what_is_no_contact_of_the_customer_is_no_trace(customer: dict[str, Any]) -> None:
    traces = Traces(["cus-1"])
    traces.learn(customer)
    assert traces.known == {"cus-1"}


def test_what_is_known_of_the_customer_is_hidden_in_a_text_about_them() -> None:
    traces = Traces(["cus-1"])
    traces.learn(
        {
            "first_name": "Афанасий",
            "last_name": "Рожковская",
            "middle_name": None,
            "loyalty_card_number": "7700 1234 55",
        }
        | {"email": "af@example.ru", "phone": "+79001234567"}
    )
    reason = "request 17 of 29 марта: Афанасию Рожковской (CUS-1, card 7700-1234-55, AF@example.ru, 8 900 123 45 67)"
    assert traces.hidden_in(reason) == "request 17 of 29 марта: *** *** (***, card ***, ***, ***)"
    assert traces.hidden_in("request of cus-12, Афанасьевой") == "request of cus-12, Афанасьевой"


def test_a_short_phone_of_another_country_is_a_trace() -> None:
    traces = traces_of("+376 312 345")
    assert traces.contacts == {"+376312345"}
    for text in ('{"note": "+376 312-345', '{"phone": "+376312345"'):
        assert traces.may_be_in(text.encode())
        assert traces.is_mentioned(text, PURCHASES)
    assert not traces.is_mentioned("заказ 376312345", PURCHASES)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("1000000003", '{"customer_id": 1000000003.0, "name": "Iva'),
        ("cus-100003", "https://shop.example/customers/cus-100003/1"),
        ("cus-100003", "call cus-100003/17"),
    ],
)
def test_an_id_is_found_as_spreadsheets_and_addresses_write_it(known: str, text: str) -> None:
    traces = Traces([known])
    assert traces.may_be_in(text.lower().encode())
    assert traces.is_mentioned(text, CUSTOMERS)


@pytest.mark.parametrize("text", ["1000000003.5", "1000000003.05", "10000000031", "1000000003-1"])
def test_a_longer_number_is_not_an_id(text: str) -> None:
    assert not Traces(["1000000003"]).is_mentioned(text, CUSTOMERS)


def test_an_email_is_a_trace_whatever_character_stands_for_its_at() -> None:
    traces = Traces(["cus-100003"])
    traces.learn({"email": "ivan＠mail.ru"})
    assert traces.is_mentioned("to ivan@mail.ru, please", CUSTOMERS)


def test_an_id_is_hidden_beside_an_underscore() -> None:
    assert "100003" not in Traces(["cus-100003"]).hidden_in("request_cus-100003, cus-100003_17")


@pytest.mark.parametrize(
    ("customer_id", "customer", "of_another"),
    [
        (
            "cus-1",
            {"loyalty_card_number": "101000"},
            '{"customer_id": "cus-2", "postal_code": "101000", "total": 101000',
        ),
        ("ivanov", {}, '{"customer_id": "cus-2", "last_name": "Ivanov"'),
        ("cus-1", {"phone": "+7 900 123-45-67"}, '{"barcode": "4690012345678", "no": 690012345679'),
    ],
)
def test_a_short_card_a_name_as_an_id_and_digits_within_a_longer_number_are_in_documents_of_others(
    customer_id: str, customer: dict[str, str], of_another: str
) -> None:
    traces = Traces([customer_id])
    traces.learn(customer)
    assert not traces.is_mentioned(of_another, CUSTOMERS)
    assert not traces.is_mentioned(of_another, PURCHASES)


@pytest.mark.parametrize(
    ("customer_id", "customer", "text"),
    [
        ("cus-1", {"loyalty_card_number": "101000"}, '{"loyalty_card_number": "101000", "x'),
        ("cus-1", {"loyalty_card_number": "101000"}, '{"НомерКарты": 101000, "x'),
        ("ivanov", {}, '{"customer_id": "Ivanov", "x'),
        ("cus-1", {"phone": "+375 29 123-45-67"}, '{"no": 375291234567, "x'),
        ("cus-1", {"phone": "+7 900 123-45-67"}, "79001234567/89001234567"),
    ],
)
def test_they_are_found_where_a_field_says_what_they_are(customer_id: str, customer: dict[str, str], text: str) -> None:
    traces = Traces([customer_id])
    traces.learn(customer)
    assert traces.may_be_in(text.lower().encode())
    assert traces.is_mentioned(text, PURCHASES)


@pytest.mark.parametrize(
    ("document", "identity"),
    [
        ({"comment": "звонить 8 (900) 123-45-67"}, "+79001234567"),
        ({"contacts": [{"values": [89001234567.0, "x"]}]}, "+79001234567"),
        ({"notes": {"+7 900 123-45-67": "мама"}}, "+79001234567"),
        ({"телефон": "(4852) 12-34-56"}, "+74852123456"),
        ({"contact": {"address": "Ivan@Example.com"}}, "ivan@example.com"),
        ({"comment": "ivan%40example.com"}, "ivan@example.com"),
        ({"comment": "для CUS-1001, спасибо"}, "cus-1001"),
        ({"comment": "id%3Acus%2D1001"}, "cus-1001"),
        ({"comment": 'заказ "net 1/1001"'}, "net 1/1001"),
        ({"comment": "8 900\t123-45-67"}, "+79001234567"),
        ({"comment": "8900\t1234567"}, "+79001234567"),
        ({"comment": "name\\ncus-1001"}, "cus-1001"),
        ({"comment": "name\\\\ncus-1001"}, "cus-1001"),
        ({"comment": "CORP\\roman77"}, "corp\\roman77"),
        ({"comment": "CORP\\roman77"}, "roman77"),
        ({"buyer": {"id": "corp\\nick7"}}, "corp\\nick7"),
        ({"comment": "тел:\n89001234567"}, "+79001234567"),
        ({"comment": "8 900\n123-45-67"}, "+79001234567"),
        ({"comment": "net\r\n1/1001"}, "net 1/1001"),
        ({"order_number": ["9001234567"]}, "+79001234567"),
        ({"id": [9001234567]}, "+79001234567"),
        ({"customer_id": [["9001234567"]]}, "+79001234567"),
        ({"номер заказа": ["9001234567"]}, "+79001234567"),
        ({"x": ["89001234567.50"]}, "+79001234567"),
        ({"account": 1234567890123}, "1234567890123"),
        ({"buyer": {"name": "x", "id": 17.0}}, "17"),
        ({"client_id": "17"}, "17"),
    ],
)
def test_whoever_a_purchase_names_in_any_way_is_found(document: dict[str, Any], identity: str) -> None:
    for _ in range(2):  # values that were seen before are remembered
        assert identity in identities_in(document, PURCHASES)


@pytest.mark.parametrize("phone", ["8 900\n123-45-67", "8 900\t123-45-67", "8900\r\n1234567"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_phone_cut_by_a_line_end_is_found_however_often_json_is_in_json(phone: str, times: int) -> None:
    text = phone
    for _ in range(times):
        text = json.dumps({"comment": text})
    traces = Traces(["x-1"])
    traces.learn({"phone": "+79001234567"})
    assert traces.may_be_in(text.lower().encode())
    assert traces.is_mentioned(text, PURCHASES)


TEXTS = st.lists(
    st.sampled_from(
        ["8", "900", "123-45-67", "89001234567", "9001234567", "+7", "cus-1001", "CUS", "ivan@mail.ru", "заказ", "тел:",
         "сумма", "17", ".50", ",25", "5", "1/1001", " ", " ", "\t", "\n", "\\n", "\\\\n", "\\t", "руб.", "%40"]
    ),
    max_size=6,
).map("".join)  # fmt: skip
NAMES = st.sampled_from(
    ["id", "customer_id", "order_number", "номер заказа", "телефон", "comment", "сумма", "89001234567"]
)
VALUES = st.recursive(
    TEXTS | st.sampled_from([17, 17.0, 9001234567, 89001234567, None, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=1500, deadline=None)
@given(document=st.dictionaries(NAMES, VALUES, max_size=3))
def test_of_a_document_at_least_what_its_text_shows_is_found(document: dict[str, Any]) -> None:
    text = re.sub(r"\\+[nr]", " ", to_json(document).decode())
    shown = ids_in(text, PURCHASES) | contacts_in(readable(text))
    # No value has a quotation mark: what has one begins in the name of a field, or in the value before.
    between_values = {one for one in shown if not one or re.search(r"^[:,\]}]|[\\{}\[\]\"]", one)}
    assert identities_in(document, PURCHASES) >= shown - between_values


@pytest.mark.parametrize("length", [513, 20_000])
def test_a_text_that_is_too_long_for_an_id_is_not_looked_up_as_a_whole(length: int) -> None:
    text = ("1 слово " * length)[:length]
    assert all(len(one) <= 512 for one in identities_in({"comment": text}, PURCHASES))


def test_amounts_and_words_of_a_purchase_are_nobody() -> None:
    purchase = {"items": [{"name": "Молоко", "quantity": 17, "total_price": 1234.56}], "payment_method": "card"}
    assert identities_in(purchase, PURCHASES) == set()
