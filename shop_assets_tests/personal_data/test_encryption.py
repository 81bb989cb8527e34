import json
from datetime import date
from typing import Any

import pytest
from bson.code import Code
from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.regex import Regex
from hypothesis import example, given
from hypothesis import strategies as st

from shop_assets.documents.json_text import to_json
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PURCHASES, DocumentKind
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher
from shop_assets.personal_data.clear_text import encrypted_elsewhere, fields_in_the_clear, undecryptable_fields
from shop_assets.personal_data.decryption import decrypt_any
from shop_assets.personal_data.encryption import PersonalDataEncryption, PersonalIdError
from shop_assets.personal_data.field_names import FieldMeaning
from shop_assets.personal_data.personal_values import is_personal_id
from shop_assets_tests.topics.conftest import CIPHER

ENCRYPTING_IDS = PersonalDataCipher({"k1": b"1" * 64}, encrypts_ids=True)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def encrypt(kind: Any, document: dict[str, Any]) -> dict[str, Any]:
    return PersonalDataEncryption(CIPHER).encrypt(kind, document)


@given(st.sampled_from(KINDS), json_values, json_values, json_values)
@example(CUSTOMERS, float("inf"), "нет", ["-", "null"])  # infinity is null in JSON
def test_nothing_personal_stays_in_the_clear_whatever_its_shape(
    kind: Any, phone: Any, email: Any, container: Any
) -> None:
    person = {"phone": phone, "email": email, "name": "Ольга"}
    for document in (
        {"phone": phone, "email": email, "customer": person, "manager": person, "z": 1},
        {"customer": container, "manager": container},
    ):
        encrypted = encrypt(kind, document)
        assert list(fields_in_the_clear(encrypted, CIPHER)) == []
        assert list(encrypted) == list(document)
        assert encrypt(kind, document) == encrypted


def test_only_what_is_personal_changes_and_the_document_itself_does_not() -> None:
    document = {
        "purchase_id": "o",
        "customer": {"phone": "89001234567", "first_name": "Иван", "email": None},
        "items": [{"product_id": "p", "quantity": 1.5}],
    }
    before = {**document, "customer": dict(document["customer"])}  # type: ignore[call-overload]  # it is a dict

    encrypted = encrypt(PURCHASES, document)

    assert document == before
    phone = encrypted["customer"].pop("phone")
    assert CIPHER.decrypt("phone", phone) == "+79001234567"
    assert encrypted == {
        "purchase_id": "o",
        "customer": {"first_name": "Иван", "email": None},
        "items": [{"product_id": "p", "quantity": 1.5}],
    }


PHONE_NAMES = [
    "Phone",
    "PHONE",
    "phones",
    "contactPhone",
    "contact-phone",
    "customer.phone",
    "home_phone2",
    "tel",
    "Fax",
]
OTHER_PHONE_NAMES = ["WhatsApp", "whatsApp", "whats_app", "clientWhatsApp", "контактный номер", "contact_number",
    "contactNo", "номер мобильного", "мобильная", "номер сотового", "telno", "tel_no", "gsm", "номер для связи",
    "mobile", "Телефон", "тел.", "Моб. телефон", "ТЕЛЕФОНЫ", "msisdn", "номер телефона", "cellphone"]  # fmt: skip
EMAIL_NAMES = ["Email", "EMAIL", "e-mail", "E_Mail", "eMail", "userEmail", "mails.email", "Эл. почта", "почта",
    "emailaddress", "имейл", "эл. адрес", "электронный адрес"]  # fmt: skip
shapes = st.sampled_from(
    [
        lambda value: value,
        lambda value: [value],
        lambda value: {"number": value},
        lambda value: {"work": [{"value": value, "note": None}]},
    ]
)
nestings = st.sampled_from(
    [
        lambda field: field,
        lambda field: {"delivery_address": field},
        lambda field: {"contacts": [{"is_main": True} | field]},
        lambda field: {"a": {"b": {"c": [[field]]}}},
    ]
)


def ciphertexts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in ciphertexts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in ciphertexts(inner)]
    return [found[0] for found in ENCRYPTED.finditer(value)] if isinstance(value, str) else []


@given(
    st.sampled_from(KINDS),
    st.sampled_from([*PHONE_NAMES, *OTHER_PHONE_NAMES]),
    shapes,
    nestings,
    st.sampled_from(["8 900 1234567", "спросить у мамы"]),
)
def test_a_field_named_like_a_phone_is_encrypted_at_any_depth(
    kind: Any, name: str, shape: Any, nesting: Any, value: str
) -> None:
    encrypted = encrypt(kind, nesting({name: shape(value)}))
    assert [CIPHER.decrypt("phone", text) for text in ciphertexts(encrypted)] == [
        "+79001234567" if value != "спросить у мамы" else value
    ]


@given(
    st.sampled_from(KINDS),
    st.sampled_from([*PHONE_NAMES, *OTHER_PHONE_NAMES, *EMAIL_NAMES]),
    shapes,
    nestings,
    st.sampled_from(["нет", " N/A ", "-", "Не указан", ""]),
)
def test_a_word_for_nothing_is_no_contact_and_stays(kind: Any, name: str, shape: Any, nesting: Any, word: str) -> None:
    document = nesting({name: shape(word)})
    encrypted = encrypt(kind, document)
    assert encrypted == document
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


@given(st.sampled_from(KINDS), st.sampled_from(EMAIL_NAMES), shapes, nestings)
def test_a_field_named_like_an_email_is_encrypted_at_any_depth(kind: Any, name: str, shape: Any, nesting: Any) -> None:
    encrypted = encrypt(kind, nesting({name: shape("Ivan@Example.com")}))
    assert [CIPHER.decrypt("email", text) for text in ciphertexts(encrypted)] == ["ivan@example.com"]


@given(st.sampled_from(["comment", "address", "note", "first_name"]), nestings)
def test_of_another_text_only_the_contacts_are_encrypted(name: str, nesting: Any) -> None:
    text = "звонить 8 (900) 123-45-67 или ivan@example.com, после шести"
    phone, email = CIPHER.encrypt("phone", "+79001234567"), CIPHER.encrypt("email", "ivan@example.com")
    assert encrypt(CUSTOMERS, nesting({name: text})) == nesting({name: f"звонить {phone} или {email}, после шести"})


@pytest.mark.parametrize("value", ["+7 900 123-45-67", 79001234567, 79001234567.0, Int64(79001234567)])
def test_a_value_that_is_a_phone_as_a_whole_equals_it_in_its_own_field(value: object) -> None:
    phone = encrypt(CUSTOMERS, {"phone": "89001234567"})["phone"]
    assert encrypt(CUSTOMERS, {"comment": value}) == {"comment": phone}


def test_a_text_that_hides_a_contact_is_encrypted_as_a_whole() -> None:
    text = "писать на ivan%40example.com"
    assert CIPHER.decrypt("text", encrypt(CUSTOMERS, {"comment": text})["comment"]) == text


@pytest.mark.parametrize(
    "text", ["olga @ example .com", "olga[at]example.com", "olga@@example.com", "olga@example..com", "Olga@example.com"]
)
def test_equal_addresses_in_texts_have_one_ciphertext(text: str) -> None:
    encrypted = encrypt(CUSTOMERS, {"comment": f"писать: {text}, днём"})
    assert encrypted == {"comment": f"писать: {CIPHER.encrypt('email', 'olga@example.com')}, днём"}
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


def test_two_names_that_are_one_phone_both_stay() -> None:
    encrypted = encrypt(CUSTOMERS, {"notes": {"89001234567": 1, "+7 900 123 45 67": 2}})
    assert sorted(encrypted["notes"].values()) == [1, 2]


@pytest.mark.parametrize("value", [Code("звонить 89001234567"), Code("x"), "x" * 1000, {"a" * 5000: "b"}])
def test_no_value_stops_a_document(value: object) -> None:
    encrypt(CUSTOMERS, {"comment": value})


@pytest.mark.parametrize(
    "name",
    [
        "phone_type",
        "mobile_os",
        "email_verified_at",
        "mobile_app",
        "телефон_тип",
        "whatsapp_status",
        "WhatsAppVerified",
        "мобильная касса",
        "contract_number",
        "contact",
        "адрес",
        "elAddress",
    ],
)
def test_what_is_said_about_a_phone_stays(name: str) -> None:
    assert encrypt(CUSTOMERS, {name: "2026-01-31"}) == {name: "2026-01-31"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email_campaign", "весна"), ("phone_discount", 10.5), ("phone_discount", 15000), ("phone_bonus", "1 500"),
        ("телефон_акция", ["iPhone 15", None]), ("mobileAppBonus", {"rule": "x2"}), ("email_campaign", "вёрстка 2"),
        ("supplier_inn", "7728168971"), ("ИНН", 772816897123), ("vat_number", "7728168971"),
        ("поставщик.инн", "500100732259"), ("ОГРН", "1027700132195"),
    ],
)  # fmt: skip
def test_what_only_belongs_to_a_phone_or_an_email_and_numbers_of_companies_stay(name: str, value: Any) -> None:
    document = {name: value}
    encrypted = encrypt(CUSTOMERS, document)
    assert encrypted == document
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


@pytest.mark.parametrize(
    ("name", "value", "field", "text"),
    [
        ("телефон клиента", "8 900 123-45-67", "phone", "+79001234567"),
        ("phone_of_customer", 4951234567, "phone", "+74951234567"),
        ("телефон для связи", "2-34-56", "phone", "2-34-56"),
        ("e-mail покупателя", "Ivan@Example.ru", "email", "ivan@example.ru"),
        ("email_campaign", "от ivan@example.ru", "email", "ivan@example.ru"),
        ("phone_home", "нет номера", "phone", "нет номера"),
        ("comment", "звонить +376 312 345", "phone", "+376312345"),
    ],
)
def test_whatever_stands_behind_the_word_for_it_a_phone_or_an_email_is_encrypted(
    name: str, value: Any, field: str, text: str
) -> None:
    encrypted = encrypt(CUSTOMERS, {name: value})
    assert CIPHER.encrypt(field, text) in str(encrypted[name])
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


def test_a_short_number_behind_a_plus_is_a_phone_only_if_a_country_has_it() -> None:
    assert [is_personal_id(text) for text in ("+376312345", "+1234567", "+79001234567")] == [True, False, True]
    for text in ("+1234567 бонусов", "+100 500 рублей", "баланс +1 250 000", "89\u00a0361\u00a0898\u00a0035"):
        assert encrypt(CUSTOMERS, {"comment": text}) == {"comment": text}


def test_a_name_that_is_a_contact_is_encrypted_too() -> None:
    encrypted = encrypt(CUSTOMERS, {"notes": {"89001234567": "мама"}})
    assert encrypted == {"notes": {CIPHER.encrypt("phone", "+79001234567"): "мама"}}


@pytest.mark.parametrize(
    ("field", "name", "decrypted"),
    [
        ("phones", "375447654321", ("phone", "375447654321")),
        ("phones", "7-65-43", ("phone", "7-65-43")),
        ("phones", "8 916 765-43-21", ("phone", "+79167654321")),
        ("телефон клиента", "76-54-32", ("phone", "76-54-32")),
        ("phones", "тел. 7-65-43 доб. 2", ("phone", "тел. 7-65-43 доб. 2")),
        ("phones", "Olga@example.com", ("email", "olga@example.com")),
        ("phones", "olga@corp", ("email", "olga@corp")),
        ("emails", "Olga@corp", ("email", "Olga@corp")),
        ("contact_phone_or_email", "olga(at)corp", ("phone", "olga(at)corp")),
    ],
)
@pytest.mark.parametrize("nesting", [lambda inner: inner, lambda inner: [inner], lambda inner: {"work": inner}])
def test_a_name_within_a_field_for_contacts_is_one_as_a_value_would_be(
    field: str, name: str, decrypted: tuple[str, str], nesting: Any
) -> None:
    encryption = PersonalDataEncryption(CIPHER)
    encrypted = encryption.encrypt(CUSTOMERS, {field: nesting({name: None, "home": None})})
    expected = {CIPHER.encrypt(*decrypted): None, "home": None}
    assert encrypted == {field: nesting(expected)}
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []
    named = list(fields_in_the_clear({field: nesting({name: "1"})}, CIPHER))
    assert not any(name in path for path in (*named, *encryption.elsewhere, *encryption.irregular))
    assert named


@pytest.mark.parametrize(
    ("field", "name"),
    [
        *(
            ("phones", "home"),
            ("phones", "2026-01-31"),
            ("phones", "phone2"),
            ("phones", "d41d8cd98f00b204e9800998ecf8427e"),
        ),
        *(("phones", "updated_2026_01"), ("phones", "entrance_101000"), ("phone_prices", "SM-G99812")),
        *(("phones_sold", "4607381606669"), ("email_campaign", "100124"), ("mobile_payment", "order-100124")),
        *(("emails", "promo12345"), ("телефон клиента", "до 18:00"), ("emails", "work")),
    ],
)
def test_another_name_within_a_field_for_contacts_stays(field: str, name: str) -> None:
    assert encrypt(CUSTOMERS, {field: {name: None}}) == {field: {name: None}}


def test_numbers_of_the_model_are_no_phones() -> None:
    numbers = {
        "barcode": "9001234567890", "inn": "9001234567", "loyalty_card_number": "79001234567", "postal_code": "101000",
        "total_amount": 79001234567, "quantity": 9001234567.0, "kbju": {"fat": 9001234567},
    }  # fmt: skip
    assert encrypt(PURCHASES, numbers) == numbers
    for name, value in (("house", "89001234567"), ("loyalty_card_number", "8 (900) 123-45-67")):
        assert CIPHER.decrypt("phone", encrypt(PURCHASES, {name: value})[name]) == "+79001234567"


@pytest.mark.parametrize(
    "document",
    [
        *({"ИНН / КПП": "9705654321/770501001"}, {"tax_number": "9705654321"}, {"taxpayerNo": 9705654321}),
        *({"СНИЛС": "89167654321"}, {"client_snils": 79167654321}, {"barcodes": ["89167654321"]}),
        *({"barcode": {"value": "89167654321", "type": {"id": 5}}}, {"product_barcode": 89167654321}),
        *(
            {"barcode": {"code": ["89167654321"]}},
            {"inn": {"Номер": 9167654321}},
            {"price": {"$numberLong": "9167654321"}},
        ),
        *({"turnover": 9167654321.0}, {"paid_kopecks": Int64(9167654321)}, {"fileSize": 89167654321}),
        *({"ts": 79167654321}, {"synced_at": Decimal128("79167654321")}, {"Оборот": [9167654321, 1.5]}),
    ],
    ids=str,
)
def test_numbers_are_what_the_words_of_their_field_say(document: dict[str, Any]) -> None:
    assert encrypt(CUSTOMERS, document) == document
    assert list(fields_in_the_clear(document, CIPHER)) == []


@pytest.mark.parametrize(
    "document",
    [
        *({"turnover": "тел. 89167654321"}, {"ts": "89167654321"}, {"barcode": {"phone": "89167654321"}}),
        *({"snils": "+7 916 765-43-21"}, {"barcode": {"note": "тел. 89167654321"}}, {"amounts": ["89167654321"]}),
        *({"quantity": {"value": 3, "checked_by": "89167654321"}}, {"price": {"set_by": 89167654321}}),
        *({"loyalty_card_number": {"number": "1", "holder": "9167654321"}}, {"inn": {"person": "89167654321"}}),
        *(
            {"total_amount": {"value": {"seller": 89167654321}}},
            {"barcode": [{"code": 1, "found": {"by": 89167654321}}]},
        ),
        *({"barcode": {"+79167654321": 1}}, {"total": {"seen": 89167654321}}, {"comment": 89167654321}),
    ],
    ids=str,
)
def test_a_phone_in_a_field_for_other_numbers_is_found_where_it_can_be_known(document: dict[str, Any]) -> None:
    encrypted = encrypt(CUSTOMERS, document)
    assert [CIPHER.decrypt("phone", text) for text in (found[0] for found in ENCRYPTED.finditer(str(encrypted)))] == [
        "+79167654321"
    ]
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "iPhone",
            "smartPhone",
            "headPhones",
            "ear_phones",
            "storage_cell",
            "phonecase",
            "phoneCase",
            "phonetype",
            "airMail",
        ),
        *("тип_телефона", "цвет телефона", "Количество телефонов", "статус почты", "airmail"),
    ],
)
def test_a_word_that_only_has_that_for_a_phone_or_an_email_in_it_says_neither(name: str) -> None:
    assert encrypt(CUSTOMERS, {name: "15 Pro 256 ГБ, 2026-01-31"}) == {name: "15 Pro 256 ГБ, 2026-01-31"}


@pytest.mark.parametrize(
    "name",
    ["head_phone", "storeHeadPhone", "phonenumber", "phonehome", "my_iPhone_phone", "тип и телефон", "номер телефона"],
)
def test_a_name_with_such_a_word_and_that_for_a_phone_says_phone(name: str) -> None:
    assert CIPHER.decrypt("phone", encrypt(CUSTOMERS, {name: "у мамы"})[name]) == "у мамы"


@pytest.mark.parametrize("dirty_share", [0.0, 0.3])
def test_nothing_in_the_generated_shop_is_mistaken_for_personal_data(dirty_share: float) -> None:
    shop = Shop(
        5, stores=45, products=100, customers=90, purchases=200, as_of=date(2026, 1, 31), dirty_share=dirty_share
    )
    for kind in KINDS:
        encryption = PersonalDataEncryption(CIPHER)
        for generated in generate(shop, kind):
            encrypted = encryption.encrypt(kind, generated.document)
            assert list(encrypted_elsewhere(encrypted, kind.personal_paths)) == []
        assert encryption.elsewhere == {}


PERSONAL_IDS = ["+79001234567", "8 900 123-45-67", "79001234567", "cus-89001234567", "ivan@example.com"]


@pytest.mark.parametrize("value", PERSONAL_IDS)
@pytest.mark.parametrize(
    ("kind", "path", "document"),
    [
        (CUSTOMERS, "customer_id", lambda value: {"customer_id": value}),
        (CUSTOMERS, "purchase_location.store_id", lambda value: {"purchase_location": {"store_id": value}}),
        (PURCHASES, "customer.customer_id", lambda value: {"customer": {"customer_id": value}}),
        (PURCHASES, "items[].product_id", lambda value: {"items": [{"product_id": "p"}, {"product_id": value}]}),
    ],
)
def test_an_id_that_is_personal_is_refused_or_encrypted(kind: Any, path: str, document: Any, value: str) -> None:
    with pytest.raises(PersonalIdError) as refused:
        encrypt(kind, document(value))
    assert refused.value.path == path
    encryption = PersonalDataEncryption(ENCRYPTING_IDS)
    published = encryption.sent_id(value)
    assert encryption.encrypt(kind, document(f" {value.upper()} ")) == document(published)
    assert encryption.stored_id(encryption.sent_id(f" {value.upper()}")) == f" {value.upper()}"
    assert encryption.stored_id(published) == value


FORGED_IDS = [CIPHER.encrypt("id", "cus-1"), CIPHER.encrypt("phone", "+79001234567"), "enc:v1:k1:aaaaaaaa", "enc:v1:x"]


@pytest.mark.parametrize("value", FORGED_IDS)
@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind in KINDS for path in sorted(kind.id_paths)])
def test_an_id_that_looks_like_a_ciphertext_is_refused_or_encrypted_once_more(
    kind: DocumentKind, path: str, value: str
) -> None:
    with pytest.raises(PersonalIdError) as refused:
        encrypt(kind, document_with(path, value))
    assert (refused.value.path, refused.value.reason) == (path, "an id looks like a ciphertext")
    encryption = PersonalDataEncryption(ENCRYPTING_IDS)
    published = encryption.sent_id(value)
    assert published != value
    assert encryption.encrypt(kind, document_with(path, f" {value.upper()} ")) == document_with(path, published)
    assert encryption.stored_id(published) == value


def document_with(path: str, value: object) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    inner = document_with(rest, value) if rest else value
    return {name.removesuffix("[]"): [inner]} if name.endswith("[]") else {name: inner}


@pytest.mark.parametrize(
    "value", ["cus-100001", "ord-20260131-001", "4607381606669", "LOYAL-123456", 1001, "г-1", None]
)
def test_other_ids_stay(value: object) -> None:
    assert encrypt(CUSTOMERS, {"customer_id": value}) == {"customer_id": value}


def test_another_field_named_like_an_id_never_stops_a_document() -> None:
    encrypted = encrypt(CUSTOMERS, {"crm_id": "+79001234567"})["crm_id"]
    assert CIPHER.decrypt("id", encrypted) == "+79001234567"


@pytest.mark.parametrize("value", [None, "", "  \t"])
def test_null_and_blank_stay_as_they_lay(value: object) -> None:
    assert encrypt(CUSTOMERS, {"phone": value, "email": value}) == {"phone": value, "email": value}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (79001234567, "+79001234567"),
        (9001234567.0, "+79001234567"),
        (True, "true"),
        (Decimal128("9001234567"), "+79001234567"),
        (b"1", '"MQ=="'),
    ],
)
def test_odd_values_are_encrypted_as_their_text(value: object, text: str) -> None:
    assert CIPHER.decrypt("phone", encrypt(CUSTOMERS, {"phone": value})["phone"]) == text


def test_yes_and_no_about_a_phone_stay() -> None:
    flags = {"has_phone": True, "preferences": {"email_allowed": False}}
    assert encrypt(CUSTOMERS, flags) == flags


def test_a_value_that_looks_encrypted_is_encrypted_like_any_other() -> None:
    forged = CIPHER.encrypt("phone", "+79001234567")

    encrypted = encrypt(CUSTOMERS, {"phone": forged})["phone"]

    assert encrypted != forged
    assert CIPHER.decrypt("phone", encrypted) == forged


def test_the_counts_say_what_was_done() -> None:
    encryption = PersonalDataEncryption(CIPHER)
    for phone in ("89001234567", "89001234567", "+7 900 123 45 67", "спросить", "нет", None, " "):
        encryption.encrypt(CUSTOMERS, {"phone": phone, "email": "a@b.ru"})

    assert encryption.counts == {"values": 11, "from_cache": 7, "not_normalised": 1}


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop_assets.personal_data.encryption.CACHE_SIZE", 10)
    monkeypatch.setattr("shop_assets.personal_data.encryption.KNOWN_TEXTS", 10)
    monkeypatch.setattr("shop_assets.personal_data.encryption.KNOWN_FIELDS", 10)
    encryption = PersonalDataEncryption(CIPHER)
    for number in range(100):
        encryption.encrypt(CUSTOMERS, {"phone": f"нет {number}", "email": "x" * 1000})
        encryption.encrypt(CUSTOMERS, {"first_name": f"Анна {number}", "last_name": "я" * 1000})

        encryption.encrypt(CUSTOMERS, {"stock": {f"place {number}": {"note": "x"}}})

    assert len(encryption._cache) == 10
    assert sum(map(len, encryption._fields.values())) <= 10
    assert len(encryption._fields) <= 10
    assert all(len(text) < 1000 for _, text in encryption._cache)
    remembered = encryption._unchanged[FieldMeaning.TEXT]
    assert 0 < len(remembered) <= 10
    assert all(len(text) < 1000 for text in remembered)


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_user_needs_only_the_text_to_decrypt_it(field: str) -> None:
    value = decrypt_any(CIPHER, CIPHER.encrypt(field, "text"))
    assert (value.field, value.text) == (field, "text")
    with pytest.raises(DecryptionError, match="must look like"):
        decrypt_any(CIPHER, "+79001234567")


def test_what_is_in_the_clear_is_found_by_its_path() -> None:
    token = CIPHER.encrypt("phone", "1")
    document = {
        "customer": {"phone": "+79001234567", "email": token, "note": "ivan@example.com"},
        "Phone": 79001234567,
        "customer_id": "79001234567",
        "notes": [{"+79001234567": 1}],
        "barcode": "79001234567",
    }
    assert list(fields_in_the_clear(document, CIPHER)) == [
        "customer.phone",
        "customer.note",
        "Phone",
        "customer_id",
        "notes[] (a name)",
    ]
    assert list(fields_in_the_clear({"phone": None, "email": " "}, CIPHER)) == []


def test_what_was_encrypted_in_other_fields_is_found_by_its_path() -> None:
    encrypted = encrypt(CUSTOMERS, {"phone": "1", "Phone": "2", "note": "8 900 123 45 67", "tags": ["a@b.ru"]})
    assert list(encrypted_elsewhere(encrypted, CUSTOMERS.personal_paths)) == ["Phone", "note", "tags[]"]


def test_a_value_of_a_lost_key_is_known_from_one_that_was_never_encrypted() -> None:
    lost = PersonalDataCipher({"k9": b"9" * 64}).encrypt("phone", "+79001234567")
    assert list(undecryptable_fields({"phone": lost, "email": "a@b.ru"}, CIPHER)) == ["phone"]
    assert list(undecryptable_fields({"phone": CIPHER.encrypt("phone", "1")}, CIPHER)) == []


@pytest.mark.parametrize("field", ["birth_date", "registration_date", "purchase_datetime", "last_inventory_date"])
@pytest.mark.parametrize("moment", [79612345678, 79612345678.0, Int64(79612345678), Decimal128("79612345678")])
def test_a_number_in_a_field_of_dates_is_a_moment_and_a_text_may_be_a_phone(field: str, moment: Any) -> None:
    document = {field: moment, "note": 79612345678, "phone": 79612345678}
    encrypted = encrypt(CUSTOMERS, document)
    assert encrypted[field] == moment
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []
    assert all(ENCRYPTED.fullmatch(encrypted[name]) for name in ("note", "phone"))
    assert ENCRYPTED.fullmatch(encrypt(CUSTOMERS, {field: "79612345678"})[field])


@pytest.mark.parametrize("text", ["7900123456/7", "i van@example.com", "iv***n@example.com", "ivan@example .com"])
def test_an_irregular_contact_is_encrypted_as_it_is_and_counted(text: str) -> None:
    encryption = PersonalDataEncryption(CIPHER)
    name = "email" if "@" in text else "phone"
    encrypted = encryption.encrypt(CUSTOMERS, {name: text})
    assert decrypt_any(CIPHER, encrypted[name]).text == text
    assert encryption.counts["not_normalised"] == 1


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("user_ids", "89161234567, 89161234568", "<+79161234567>, <+79161234568>"),
        ("user_ids", ["8301-008-5238", "9161234567"], ["8301-008-5238", "9161234567"]),
        ("crm_id", "Иван +7 916 123-45-67", "Иван <+79161234567>"),
        ("lead_id", "тел. 8 (916) 123-45-67", "тел. <+79161234567>"),
        ("crm_id", "89161234567-2", "<+79161234567>-2"),
        ("crm_id", "8301 5606374", "8301 5606374"),
    ],
)
def test_an_id_that_is_none_of_the_model_is_searched(name: str, value: Any, shown: Any) -> None:
    encryption = PersonalDataEncryption(CIPHER)
    if isinstance(value, str):  # as the model's own id it stays, whatever other fields have
        assert encryption.encrypt(CUSTOMERS, {"customer_id": value}) == {"customer_id": value}
    encrypted = encryption.encrypt(CUSTOMERS, {"customer_id": "c", name: value})
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []
    found = encrypted[name]
    if isinstance(found, str):
        found = ENCRYPTED.sub(lambda text: f"<{decrypt_any(CIPHER, text[0]).text}>", found)
    assert found == shown


def test_the_check_leaves_an_id_of_the_model_as_the_encryption_does() -> None:
    document = {"customer_id": "89161234567-2", "purchase_location": {"store_id": "89161234567-2"}}
    assert encrypt(CUSTOMERS, document) == document
    assert list(fields_in_the_clear(document, CIPHER, CUSTOMERS.id_paths)) == []
    assert list(fields_in_the_clear(document, CIPHER)) == ["customer_id", "purchase_location.store_id"]


@pytest.mark.parametrize(
    "document_id", ["8301-008-5238", "8301-04-81845", "8301-6668631", "8301 5606374", "7901-123-4567", "8899-12-34567"]
)
def test_receipts_of_no_store_are_refused(document_id: str) -> None:
    assert encrypt(PURCHASES, {"purchase_id": document_id}) == {"purchase_id": document_id}


PIECES = ["89161234567", "8(916)123-45-67", "9161234567", "+7 916 123-45-67", "a@b.ru", ",", ".", " ", "-", "кв. 5",
    "%2B", "@", "(at)", "55.", "тел.", "№", "&#64;"]  # fmt: skip


@given(
    st.sampled_from(["comment", "crm_id", "birth_date", "loyalty_card_number"]),
    st.lists(st.sampled_from(PIECES), max_size=7).map("".join),
)
@example("crm_id", "(at)5@55.8(916)123-45-67")
@example("comment", "+7 916 123-45-67,89161234567")
@example("comment", "a@b.ru.a@b.rua@b.ru")
def test_the_check_agrees_with_the_encryption(name: str, text: str) -> None:
    assert list(fields_in_the_clear(encrypt(CUSTOMERS, {name: text}), CIPHER, CUSTOMERS.id_paths)) == []


@pytest.mark.parametrize("number", ["89161234567.0", "8.9161234567E+10", "89161234567"])
@pytest.mark.parametrize("name", ["comment", "phone", "crm_id"])
def test_a_decimal_without_a_fraction_is_a_whole_number(name: str, number: str) -> None:
    encrypted = encrypt(CUSTOMERS, {name: Decimal128(number)})
    assert decrypt_any(CIPHER, encrypted[name]).text.removeprefix("+7").removeprefix("8") == "9161234567"
    assert list(fields_in_the_clear(encrypted, CIPHER)) == []


@pytest.mark.parametrize("number", ["89161234567.5", "NaN", "sNaN", "Infinity", "1E+6000"])
def test_another_decimal_is_no_phone(number: str) -> None:
    document = {"comment": Decimal128(number)}
    assert str(encrypt(CUSTOMERS, document)) == str(document)
    assert list(fields_in_the_clear(document, CIPHER)) == []


@pytest.mark.parametrize(
    "name", ["receipt_number", "номер чека", "orderNo", "invoice_no", "sku", "tracking_code", "артикул"]
)
def test_the_number_of_something_else_is_treated_as_an_id(name: str) -> None:
    document = {name: ["8301-008-5238", "9161234567", 9161234567, "8910-09-25368", "8301 5606374"]}
    assert encrypt(PURCHASES, document) == document
    assert list(fields_in_the_clear(document, CIPHER, PURCHASES.id_paths)) == []
    encrypted = encrypt(PURCHASES, {name: "звонить 8 (900) 123-45-67"})
    assert encrypted == {name: f"звонить {CIPHER.encrypt('phone', '+79001234567')}"}


@pytest.mark.parametrize(
    "document",
    [
        {"email_campaign": "enc:v1:1:b"},
        {"comment": "9001234567enc:v1:9001234567"},
        {"comment": "enc:v1:k1:ivan@mail.ru"},
        {"comment": "ENC:V1:zz:abc"},
        {"enc:v1:zz:abc": 1},
        {"": {"_id": "89001234567"}},
        {"": {"customer_id": "89001234567"}},
        {"card_id": Regex("89001234567")},
    ],
    ids=str,
)
def test_what_only_looks_like_a_ciphertext_is_encrypted_and_the_check_passes(document: dict[str, Any]) -> None:
    cipher = PersonalDataCipher({"k1": bytes(range(64))}, encrypts_ids=True)
    sent = json.loads(to_json(PersonalDataEncryption(cipher).encrypt(CUSTOMERS, document)))
    text = json.dumps(sent).lower()
    assert not any(one in text for one in ("9001234567", "ivan@", "enc:v1:zz", "enc:v1:1:b"))
    assert list(fields_in_the_clear(sent, cipher, CUSTOMERS.id_paths)) == []
