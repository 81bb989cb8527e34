import base64
import hashlib
import string
import types

import pytest
from Crypto.Cipher import AES
from hypothesis import assume, given
from hypothesis import strategies as st

import shop_assets.personal_data.cipher as cipher_module
from shop_assets.personal_data.cipher import (
    ENCRYPTED,
    CipherMismatchError,
    DecryptionError,
    PersonalDataCipher,
    PersonalValue,
)

KEY, OTHER = b"1" * 64, b"2" * 64
CIPHER = PersonalDataCipher({"k1": KEY, "old": OTHER})

texts = st.text(st.characters(codec="utf-8"), max_size=80)
fields = st.sampled_from(["phone", "email"])


@given(fields, texts)
def test_what_was_encrypted_is_decrypted(field: str, text: str) -> None:
    assert CIPHER.decrypt(field, CIPHER.encrypt(field, text)) == text


@given(fields, texts, texts)
def test_equal_values_give_equal_texts_and_others_do_not(field: str, one: str, two: str) -> None:
    again = PersonalDataCipher({"k1": KEY})
    assert again.encrypt(field, one) == CIPHER.encrypt(field, one)
    assert (CIPHER.encrypt(field, one) == CIPHER.encrypt(field, two)) == (one == two)


@given(fields, texts)
def test_lower_casing_changes_nothing_and_upper_casing_does_no_harm(field: str, text: str) -> None:
    encrypted = CIPHER.encrypt(field, text)
    assert encrypted.lower() == encrypted
    assert ENCRYPTED.fullmatch(encrypted)
    assert CIPHER.decrypt(field, f" {encrypted.upper()} ") == text


@given(texts)
def test_a_phone_is_refused_as_an_email(text: str) -> None:
    assert CIPHER.encrypt("phone", text) != CIPHER.encrypt("email", text)
    with pytest.raises(DecryptionError, match="not a email"):
        CIPHER.decrypt("email", CIPHER.encrypt("phone", text))


@given(fields, texts)
def test_another_key_is_refused(field: str, text: str) -> None:
    encrypted = CIPHER.encrypt(field, text)
    with pytest.raises(DecryptionError, match="key 'k1', which is not in SHOP_PII_KEYS"):
        PersonalDataCipher({"k2": KEY}).decrypt(field, encrypted)
    with pytest.raises(DecryptionError, match="another key"):
        PersonalDataCipher({"k1": OTHER}).decrypt(field, encrypted)


@given(fields, texts, st.data())
def test_a_changed_text_is_refused(field: str, text: str, data: st.DataObject) -> None:
    encrypted = CIPHER.encrypt(field, text)
    at = data.draw(st.integers(len("enc:v1:k1:"), len(encrypted) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase + "234567"))
    assume(letter != encrypted[at])
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(field, encrypted[:at] + letter + encrypted[at + 1 :])


@given(fields, texts, st.data())
def test_a_shortened_text_is_refused(field: str, text: str, data: st.DataObject) -> None:
    encrypted = CIPHER.encrypt(field, text)
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(field, encrypted[: data.draw(st.integers(0, len(encrypted) - 1))])


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(DecryptionError):
        CIPHER.decrypt("phone", text)


@given(fields, texts)
def test_the_first_key_encrypts_and_all_decrypt(field: str, text: str) -> None:
    with_old = PersonalDataCipher({"old": OTHER}).encrypt(field, text)
    assert with_old.startswith("enc:v1:old:")
    assert CIPHER.encrypt(field, text).startswith("enc:v1:k1:")
    assert CIPHER.decrypt(field, with_old) == text


def test_nothing_secret_is_in_what_is_printed() -> None:
    assert repr(CIPHER) == "PersonalDataCipher(key_ids=['k1', 'old'])"
    assert "+7900" not in repr(PersonalValue("phone", "+79001234567"))
    assert "1111" not in repr(vars(CIPHER).keys())


def test_an_empty_key_ring_is_refused() -> None:
    with pytest.raises(ValueError, match="SHOP_PII_KEYS"):
        PersonalDataCipher({})


@pytest.mark.parametrize("size", [32, 48])
def test_a_shorter_key_of_an_older_ring_decrypts_and_does_not_encrypt(size: int) -> None:
    key = b"x" * size
    siv = AES.new(key, AES.MODE_SIV)
    siv.update(b"phone")
    ciphertext, tag = siv.encrypt_and_digest(b"+7")
    older = f"enc:v1:old:{base64.b32encode(tag + ciphertext).decode().rstrip('=').lower()}"
    assert PersonalDataCipher({"k1": KEY, "old": key}).decrypt("phone", older) == "+7"
    with pytest.raises(ValueError, match="must have 64 bytes"):
        PersonalDataCipher({"old": key})


@given(st.binary(min_size=64, max_size=64), st.text(max_size=20), texts)
def test_both_libraries_give_the_same_bytes(key: bytes, field: str, text: str) -> None:
    siv = AES.new(key, AES.MODE_SIV)
    siv.update(field.encode())
    ciphertext, tag = siv.encrypt_and_digest(text.encode())
    assert data_of(PersonalDataCipher({"k": key}).encrypt(field, text)) == tag + ciphertext


def test_a_library_that_encrypts_otherwise_is_noticed_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher_module, "_encryptor", lambda _: types.SimpleNamespace(encrypt_deterministically=wrong))
    with pytest.raises(CipherMismatchError, match="encrypt differently"):
        PersonalDataCipher({"k": KEY})


def wrong(text: bytes, field: bytes) -> bytes:
    return hashlib.sha256(field + text).digest()


# Wycheproof's vectors of AES-SIV-CMAC with a key of 512 bits and no associated data: text, and tag with ciphertext.
VECTORS = {
    "": "6ff5b8ef53fc365606cd3ea047374885",
    "01234567": "212e4a8f8b4c66788f3af230fb1c3ada5ead70c7f066d4df",
    "0123456789:;<=>?": "04b4e8166f28082987a32cdaf53deb61211dffad7562c4b924bb79fed73d9ce2",
    "0123456789:;<=>?@ABC": "305d6cf8eeb36a37849710e7d1f72940adfd10a7615d6515b999dbfc5a10f3ae9df5f19a",
}


@pytest.mark.parametrize("text", VECTORS)
def test_the_vectors_of_wycheproof_hold(text: str) -> None:
    cipher = PersonalDataCipher({"k": bytes(range(64))})
    encrypted = cipher.encrypt("", text)
    assert data_of(encrypted).hex() == VECTORS[text]
    assert cipher.decrypt("", encrypted) == text


@pytest.mark.parametrize("text", VECTORS)
@pytest.mark.parametrize("mask", ["ff" * 16, "01" * 16, "80" * 16, "00" * 7 + "80" + "00" * 8])
def test_a_tag_with_flipped_bits_is_refused_as_wycheproof_has_it(text: str, mask: str) -> None:
    data = bytes.fromhex(VECTORS[text])
    tag = bytes(one ^ other for one, other in zip(data[:16], bytes.fromhex(mask), strict=True))
    forged = f"enc:v1:k:{base64.b32encode(tag + data[16:]).decode().rstrip('=').lower()}"
    with pytest.raises(DecryptionError, match="changed since"):
        PersonalDataCipher({"k": bytes(range(64))}).decrypt("", forged)


def test_pycryptodome_is_aes_siv_as_the_rfc_has_it() -> None:
    # RFC 5297, appendix A.1: key, associated data, plaintext, SIV and ciphertext.
    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    siv = AES.new(key, AES.MODE_SIV)
    siv.update(bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627"))
    ciphertext, tag = siv.encrypt_and_digest(bytes.fromhex("112233445566778899aabbccddee"))
    assert tag.hex() == "85632d07c6e8f37f950acd320a2ecc93"
    assert ciphertext.hex() == "40c02b9690c4dc04daef7f6afe5c"


def data_of(encrypted: str) -> bytes:
    text = encrypted.rsplit(":", 1)[1].upper()
    return base64.b32decode(text + "=" * (-len(text) % 8))
