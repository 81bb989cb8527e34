from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_assets.documents.kinds import CUSTOMERS, KINDS, PRODUCTS, PURCHASES, STORES
from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher
from shop_assets.personal_data.encryption import (
    PersonalDataEncryption,
    decrypt_any,
    fields_in_the_clear,
    undecryptable_fields,
)
from shop_assets_tests.topics.conftest import CIPHER

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def encrypt(kind: Any, document: dict[str, Any]) -> dict[str, Any]:
    return PersonalDataEncryption(CIPHER).encrypt(kind, document)


@given(st.sampled_from(KINDS), json_values, json_values, json_values)
def test_nothing_personal_stays_in_the_clear_whatever_its_shape(
    kind: Any, phone: Any, email: Any, container: Any
) -> None:
    person = {"phone": phone, "email": email, "name": "Ольга"}
    for document in (
        {"phone": phone, "email": email, "customer": person, "manager": person, "z": 1},
        {"customer": container, "manager": container},
    ):
        encrypted = encrypt(kind, document)
        assert list(fields_in_the_clear(kind, encrypted, CIPHER)) == []
        assert list(encrypted) == list(document)
        assert encrypt(kind, document) == encrypted


def test_only_the_personal_fields_change_and_the_document_itself_does_not() -> None:
    document = {
        "purchase_id": "o",
        "customer": {"phone": "89001234567", "first_name": "Иван", "email": None},
        "phone": "1",
    }
    before = {**document, "customer": dict(document["customer"])}  # type: ignore[call-overload]  # it is a dict

    encrypted = encrypt(PURCHASES, document)

    assert document == before
    phone = encrypted["customer"].pop("phone")
    assert CIPHER.decrypt("phone", phone) == "+79001234567"
    assert encrypted == {"purchase_id": "o", "customer": {"first_name": "Иван", "email": None}, "phone": "1"}


@pytest.mark.parametrize("value", [None, "", "  \t"])
def test_null_and_blank_stay_as_they_lay(value: object) -> None:
    assert encrypt(CUSTOMERS, {"phone": value, "email": value}) == {"phone": value, "email": value}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (79001234567, "+79001234567"),
        (9001234567.0, "+79001234567"),
        (True, "true"),
        (["89001234567"], '["89001234567"]'),
        ({"work": "1"}, '{"work":"1"}'),
        ({}, "{}"),
    ],
)
def test_odd_values_are_encrypted_as_their_text(value: object, text: str) -> None:
    assert CIPHER.decrypt("phone", encrypt(CUSTOMERS, {"phone": value})["phone"]) == text


def test_a_value_that_looks_encrypted_is_encrypted_like_any_other() -> None:
    forged = CIPHER.encrypt("phone", "+79001234567")

    encrypted = encrypt(CUSTOMERS, {"phone": forged})["phone"]

    assert encrypted != forged
    assert CIPHER.decrypt("phone", encrypted) == forged


def test_a_container_of_another_shape_is_encrypted_whole() -> None:
    encrypted = encrypt(STORES, {"store_id": "s", "manager": [{"phone": "+79001234567"}]})

    assert decrypt_any(CIPHER, encrypted["manager"]).text == '[{"phone":"+79001234567"}]'
    assert decrypt_any(CIPHER, encrypted["manager"]).field == "manager"


def test_the_counts_say_what_was_done() -> None:
    encryption = PersonalDataEncryption(CIPHER)
    for phone in ("89001234567", "89001234567", "+7 900 123 45 67", "нет", None, " "):
        encryption.encrypt(CUSTOMERS, {"phone": phone, "email": "a@b.ru"})

    assert encryption.counts == {"values": 10, "from_cache": 6, "not_normalised": 1}


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop_assets.personal_data.encryption.CACHE_SIZE", 10)
    encryption = PersonalDataEncryption(CIPHER)
    for number in range(100):
        encryption.encrypt(CUSTOMERS, {"phone": f"нет {number}", "email": "x" * 1000})

    assert len(encryption._cache) == 10
    assert all(len(text) < 1000 for _, text in encryption._cache)


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_user_needs_only_the_text_to_decrypt_it(field: str) -> None:
    value = decrypt_any(CIPHER, CIPHER.encrypt(field, "text"))
    assert (value.field, value.text) == (field, "text")
    with pytest.raises(DecryptionError, match="must look like"):
        decrypt_any(CIPHER, "+79001234567")


def test_what_is_in_the_clear_is_found_by_its_path() -> None:
    token = CIPHER.encrypt("phone", "1")
    assert list(fields_in_the_clear(PURCHASES, {"customer": {"phone": "+79001234567", "email": token}}, CIPHER)) == [
        "customer.phone",
        "customer.email",
    ]
    assert list(fields_in_the_clear(STORES, {"manager": "Ольга"}, CIPHER)) == ["manager.phone", "manager.email"]
    assert list(fields_in_the_clear(CUSTOMERS, {"phone": 79001234567, "email": None}, CIPHER)) == ["phone"]
    assert list(fields_in_the_clear(PRODUCTS, {"phone": "+79001234567"}, CIPHER)) == []


def test_a_value_of_a_lost_key_is_known_from_one_that_was_never_encrypted() -> None:
    lost = PersonalDataCipher({"k9": b"9" * 64}).encrypt("phone", "+79001234567")
    assert list(undecryptable_fields(CUSTOMERS, {"phone": lost, "email": "a@b.ru"}, CIPHER)) == ["phone"]
    assert list(undecryptable_fields(CUSTOMERS, {"phone": CIPHER.encrypt("phone", "1")}, CIPHER)) == []
