"""Whatever a document looks like and however it was damaged, no phone and no e-mail of it is shown."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.document_store.rejects import decode_capped
from shop_assets.documents.kinds import KINDS
from shop_assets.personal_data.document_contacts import has_contact
from shop_assets.personal_data.masking import masked, masked_for_display, masked_identifier, masked_text
from shop_assets.personal_data.readable_text import MASK, readable

national = st.integers(9_000_000_000, 9_999_999_999).map(str)


def spelled(digits: str) -> list[str]:
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    return [
        f"+7-{a}-{b}-{c}-{d}", f"8 ({a}) {b} {c} {d}", digits, f"+7{digits}", f"8{digits}", f"+7 ({a}) {b}-{c}-{d}",
        f"8.{a}.{b}.{c}.{d}", f"+7\u00a0{a}\u00a0{b}\u2011{c}\u2011{d}", f" 8-{a}-{b}{c}{d} доб. 12",
        f"＋７{digits}", f"8/{a}/{b}/{c}{d}",
    ]  # fmt: skip


phones = national.flatmap(lambda digits: st.sampled_from([(digits, spelling) for spelling in spelled(digits)]))
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=1, max_size=20).filter(
    lambda name: name[0].isalpha()
)
emails = st.tuples(names, st.sampled_from(["example.ru", "Mail.RU", "почта.рф"]), st.booleans()).map(
    lambda parts: (f"{parts[0]}@{parts[1]}", f"  {parts[0].upper() if parts[2] else parts[0]}@{parts[1]} ")
)
fields = st.sampled_from(
    ["phone", "Phone", "e_mail", "email", "EMAIL", "тел.", "Телефон", "contact", "note", "name", "manager", "Эл. почта",
     "customer", "items", "0", "mobilePhone", "x", "customer_id", "tel_number"]
)  # fmt: skip
endings = st.sampled_from(["", "", "", " или ", "!", ">", "\n"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[Any, str, str]:
    """A document with a phone and an e-mail somewhere, and both in their plain forms."""
    digits, phone = draw(phones)
    address, email = draw(emails)
    value: Any = draw(st.sampled_from([phone, f"звонить {phone}{draw(endings)}", int(digits), float(digits)]))
    parts: list[Any] = [value, draw(endings) + email]
    if draw(st.booleans()):
        parts = [{draw(fields): part, "store_id": "store-001"} for part in parts]
    if draw(st.booleans()):
        parts.append({email: {"a": None}, phone: [True]})
    shape = draw(st.sampled_from(["list", "fields", "nested"]))
    if shape == "list":
        return parts, digits, address
    document = {draw(fields): parts[0], draw(fields) + "_": parts[1:], "purchase_id": "ord-20260101-001"}
    return ({"customer": [document]} if shape == "nested" else document), digits, address


def assert_hidden(shown: str, digits: str, address: str) -> None:
    assert digits not in re.sub(r"\D", "", shown.replace("20260101-001", ""))
    for first in range(4):
        assert digits[first : first + 7] not in re.sub(r"[^\d\n]", "", shown.replace("20260101-001", ""))
    assert address.lower() not in shown.lower()
    assert "@" not in shown


@given(documents(), st.booleans())
def test_nothing_personal_of_a_document_is_shown(found: tuple[Any, str, str], ascii_only: bool) -> None:
    document, digits, address = found
    shown = masked_for_display(json.dumps(document, ensure_ascii=ascii_only))
    assert_hidden(shown, digits, address)
    assert masked(json.loads(shown)) == json.loads(shown)


@given(
    documents(),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-r"]),
    st.floats(0.3, 1),
)
def test_nothing_personal_is_shown_of_what_was_cut_off_or_has_another_encoding(
    found: tuple[Any, str, str], ascii_only: bool, encoding: str, part: float
) -> None:
    document, digits, address = found
    content = json.dumps(document, ensure_ascii=ascii_only).encode(encoding, "replace")
    assert_hidden(masked_for_display(decode_capped(content[: int(len(content) * part)])), digits, address)


@given(documents())
def test_nothing_personal_is_shown_of_what_was_never_json(found: tuple[Any, str, str]) -> None:
    document, digits, address = found
    assert_hidden(masked_for_display(str(document)), digits, address)
    assert_hidden(masked_for_display(json.dumps(document).replace('"', "'")), digits, address)


def test_a_document_is_pretty_printed_and_the_rest_of_it_stays() -> None:
    document = {
        "purchase_id": "ord-20260101-001",
        "customer": {"customer_id": "1234567890", "email": "enc:v1:k1:abcdefg234567", "phone": "  ", "Phone": None},
        "items": [{"product_id": "prd-0001", "quantity": 2, "price_per_unit": 15230.55, "name": "Молоко 3,2%"}],
        "purchase_datetime": "2026-02-01 10:15:00",
        "total_amount": 152305.5,
        "is_delivery": True,
    }
    text = json.dumps(document)
    assert json.loads(masked_for_display(text)) == document
    assert masked_for_display(text).startswith('{\n  "purchase_id": "ord-20260101-001",\n')


@pytest.mark.parametrize("path", [path for kind in KINDS for path in (*kind.phones, *kind.emails)])
@pytest.mark.parametrize("value", ["x", 5, ["900", "123"], {"code": 900}])
def test_every_personal_field_is_masked_whatever_is_in_it(path: tuple[str, ...], value: object) -> None:
    document: Any = value
    for name in reversed(path):
        document = {name: document}
    assert MASK in str(masked(document))
    assert str(value) not in str(masked(document))


@pytest.mark.parametrize(
    "text",
    ['{"phone": "+7-900-1', '{"customer": {"email": "ivan.pet', '{"Телефон" : 8900', "{'e-mail': 'ivan", "phone=8900"],
)
def test_a_named_value_that_was_cut_off_is_masked_however_little_is_left_of_it(text: str) -> None:
    shown = masked_text(text)
    assert MASK in shown
    assert "900" not in shown
    assert "ivan" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "8,916,123,45,67",
        "ivan(собака)mail.ru",
        "ivan%2540mail.ru",
        '"petr ivanov"@mail.ru',
        "ivan [at] mail.ru",
        "8_916_1234567",
    ],
)
def test_other_spellings_are_masked_as_a_whole(text: str) -> None:
    assert masked_text(f"звонить {text} до шести") == "звонить *** до шести"
    assert masked_for_display(json.dumps({"note": text})) == json.dumps({"note": MASK}, indent=2)


@pytest.mark.parametrize(
    "name",
    ["сотовый", "мобильный", "факс", "whatsapp", "WhatsApp", "msisdn", "имейл", "контактный номер", "эл. адрес", "gsm"],
)
def test_the_names_that_the_encryption_knows_are_known(name: str) -> None:
    for text in (
        json.dumps({name: "x, 12"}, ensure_ascii=False),
        f'{{"{name}": "x, 12',
        f"{name}=x12",
        f"{{'{name}': 'x, 12'",
    ):
        assert "12" not in masked_for_display(text)
        assert MASK in masked_for_display(text)
    assert masked_for_display(f'{{"a": 1, "{name}": null, "b": "x') == f'{{"a": 1, "{name}": null, "b": "x'


@pytest.mark.parametrize("text", [r"\u002b7\u0039001234567", "%2B7%20900%20123%2045%2067", "8\x009\x000\x000\x0012345"])
def test_escapes_hide_no_phone(text: str) -> None:
    assert masked_text(text) == MASK


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert masked_text("a\x1b[31mred\x07\u202e") == "a[31mred"
    assert masked_identifier("a\x1b[31m") == "a[31m"


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ("ord-20260101-001", "ord-20260101-001"),
        ("purchases/2026/ord-20260101-001.json", "purchases/2026/ord-20260101-001.json"),
        ("1234567890", "1234567890"),
        ("customers/ivan@example.ru.json", MASK),
        ("8 (900) 123-45-67", MASK),
        ("tel-79001234567", MASK),
        *((text, MASK) for text in ("ivan(at)mail.ru", "ivan [at] mail.ru", "ivan(собака)mail.ru", "ivan%2540mail.ru")),
        *((text, MASK) for text in ("+7_900_123_45_67", "8 900_123_45_67", "8,900,123,45,67", "%2B7900%201234567")),
        *((text, text) for text in ("1234-008-5238", "4607381606669", "d41d8cd98f00b204e9800998ecf8427e", "L-0001_2")),
    ],
)
def test_an_id_is_shown_unless_it_is_a_phone_or_an_email(identifier: str, shown: str) -> None:
    assert masked_identifier(identifier) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a" * 65536,
        "1 " * 32768,
        "phone" * 13000,
        "1" + "-" * 65536,
        "@" * 65536,
        "[" * 65536,
        "+1 " * 20_000,
        "a b=" * 16_000,
        "a " * 32_000 + "=",
        "тел=" * 16_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    masked_for_display(text)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        (f"&#{'9' * 5000};", "\ufffd"), (f"&#{'0' * 5000}65;", "A"), (f"&#{'0' * 5000};", "\ufffd"),
        ("&#1114112;", "\ufffd"), ("&#00000000065", "A"), ("&#65;", "A"), (f"&#x{'f' * 5000};", "\ufffd"),
    ],
)  # fmt: skip
def test_references_to_characters_are_read_however_many_digits_they_have(reference: str, shown: str) -> None:
    assert readable(f"a {reference} b") == f"a {shown} b"
    assert not has_contact(f"a {reference} b")


@pytest.mark.parametrize(
    "moment",
    [
        "20.11.2026 10:43:00", "20/11/2026 10:43", "2026.11.20 10:43", "20-11-2026 10-43-00", "20.11.26 10:43:11",
        "10:43 20.11.2026", "Nov 20 2026 10:43:00", "20.11.2026 в 10:43", "20261120104300", "2999-01-01",
    ],
)  # fmt: skip
def test_a_date_in_any_form_is_shown_because_it_is_no_phone(moment: str) -> None:
    assert masked_text(moment) == moment


@pytest.mark.parametrize("phone", ["20-11-26-10", "123-45-67", "2026 1234567", "495 123 45 67", "+20 10 12345678"])
def test_a_phone_that_resembles_a_date_is_not_shown(phone: str) -> None:
    assert masked_text(phone) == MASK
