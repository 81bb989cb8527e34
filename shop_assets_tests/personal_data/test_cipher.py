import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher, PersonalValue

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


@pytest.mark.parametrize("size", [32, 48, 64])
def test_every_key_size_of_aes_siv_serves(size: int) -> None:
    cipher = PersonalDataCipher({"k": b"x" * size})
    assert cipher.decrypt("phone", cipher.encrypt("phone", "+7")) == "+7"


def test_it_is_aes_siv_as_the_rfc_has_it() -> None:
    # RFC 5297, appendix A.1, through the library that we rest on: key, associated data, plaintext, SIV and ciphertext.
    from Crypto.Cipher import AES

    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    cipher = AES.new(key, AES.MODE_SIV)
    cipher.update(bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627"))
    ciphertext, siv = cipher.encrypt_and_digest(bytes.fromhex("112233445566778899aabbccddee"))
    assert siv.hex() == "85632d07c6e8f37f950acd320a2ecc93"
    assert ciphertext.hex() == "40c02b9690c4dc04daef7f6afe5c"
