"""The encryption of one personal value: deterministic, so that joins work; authenticated, so that it cannot be forged.

AES-SIV (RFC 5297) with the field's name as associated data: equal phones have equal ciphertexts, but a phone's
ciphertext is not accepted as an e-mail. `encryption.py` decides which values of a document are personal.

Two libraries share the work: Tink encrypts, 200 times as fast as pycryptodome, and pycryptodome decrypts, so that
neither can be wrong alone. Tink's keys have 64 bytes; shorter ones of older rings decrypt.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from Crypto.Cipher import AES
from tink import daead, proto_keyset_format, secret_key_access
from tink.proto import aes_siv_pb2, tink_pb2

from shop_assets.errors import ShopError
from shop_assets.personal_data.key_ring import KEY_BYTES, fingerprint

PREFIX: Final = "enc:v1:"
ENCRYPTED: Final = re.compile(PREFIX + r"(?P<key_id>[a-z0-9]{1,16}):(?P<data>[a-z2-7]+)")
_SIV_BYTES: Final = 16
_PROOF: Final = "key"
_KEY_TYPE: Final = "type.googleapis.com/google.crypto.tink.AesSivKey"

daead.register()


class CipherMismatchError(ShopError):
    """The two libraries do not encrypt alike on this machine."""


class DecryptionError(ValueError):
    """A text cannot be decrypted; the message says why without quoting it."""


class WrongFieldError(DecryptionError):
    """The key is in the ring, and does not decrypt the text as a value of this field."""


@dataclass(frozen=True)
class PersonalValue:
    """A decrypted value and the field that it belongs to."""

    field: str
    text: str

    def __repr__(self) -> str:
        return f"PersonalValue(field={self.field!r}, text=<hidden>)"


class PersonalDataCipher:
    """Encrypts with the first key of the ring, decrypts with all of them.

    `encrypts_ids` says what is done about ids that look like phones or e-mails: they are encrypted, or their documents
    are rejected (`SHOP_PERSONAL_IDS`).
    """

    def __init__(self, key_ring: Mapping[str, bytes], *, encrypts_ids: bool = False) -> None:
        if not key_ring:
            message = "the key ring is empty: SHOP_PII_KEYS must hold at least one key"
            raise ValueError(message)
        self.encrypts_ids = encrypts_ids
        self._keys = dict(key_ring)
        self.key_id = next(iter(self._keys))
        self._prefix = f"{PREFIX}{self.key_id}:"
        self._encryptor = _encryptor(self._keys[self.key_id])
        self.key_proof = self.encrypt(_PROOF, self.key_id)
        """A ciphertext by which a key ring can show later that it still has the key that encrypts now."""
        if not self.has_key_of(self.key_proof):
            raise CipherMismatchError(
                "Tink and pycryptodome encrypt differently on this machine: install both again from requirements.lock"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """For worker processes of the same run, through a pipe: the pickle holds the keys."""
        return _rebuilt, (self._keys, self.encrypts_ids)

    def __repr__(self) -> str:
        return f"PersonalDataCipher(key_ids={list(self._keys)})"

    @property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprints of the keys by their ids, the one that encrypts first."""
        return {key_id: fingerprint(key) for key_id, key in self._keys.items()}

    def encrypt(self, field: str, text: str) -> str:
        """Encrypt a value with the first key; about 5 µs, most of them for the base32.

        Args:
            field: `phone`, `email` or the name of another field; it is authenticated with the value.
            text: The normalised value.

        Returns:
            `enc:v1:<key id>:<base32>` in lower case, so that lower-casing in MART does not break it. Equal texts of a
            field have equal ciphertexts.
        """
        data: bytes = self._encryptor.encrypt_deterministically(text.encode(), field.encode())
        return self._prefix + _to_base32(data)

    def encrypt_with_each_key(self, field: str, text: str) -> dict[str, str]:
        """Encrypt a value with every key of the ring, to find what was encrypted before a rotation.

        Args:
            field: As `encrypt` has it.
            text: The normalised value.

        Returns:
            The ciphertexts by the ids of their keys; each costs some 150 µs.
        """
        return {
            key_id: f"{PREFIX}{key_id}:{_to_base32(_encrypted(key, field, text))}" for key_id, key in self._keys.items()
        }

    def has_key_of(self, key_proof: str) -> bool:
        """Find out whether the ring still has a key.

        Args:
            key_proof: The `key_proof` of the cipher that encrypted with the key.

        Returns:
            Whether it has: the same key, not only one of the same id.
        """
        try:
            self.decrypt(_PROOF, key_proof)
        except DecryptionError:
            return False
        return True

    def decrypt(self, field: str, text: str) -> str:
        """Decrypt a ciphertext of a field.

        Args:
            field: The field that it was encrypted for.
            text: The ciphertext, in any letter case.

        Returns:
            The value.

        Raises:
            DecryptionError: The text is not a ciphertext, or its key is not in the ring.
            WrongFieldError: It belongs to another field or to another key of this id, or it was changed.
        """
        match = ENCRYPTED.fullmatch(text.strip().lower())
        if match is None:
            message = f"not an encrypted value: it must look like {PREFIX}<key id>:<base32>"
            raise DecryptionError(message)
        key = self._keys.get(match["key_id"])
        if key is None:
            message = f"encrypted with key {match['key_id']!r}, which is not in SHOP_PII_KEYS"
            raise DecryptionError(message)
        data = _from_base32(match["data"])
        cipher = AES.new(key, AES.MODE_SIV)
        cipher.update(field.encode())
        try:
            return cipher.decrypt_and_verify(data[_SIV_BYTES:], data[:_SIV_BYTES]).decode()
        except ValueError:
            message = f"not a {field} encrypted with this key: another field's value, another key, or changed since"
            raise WrongFieldError(message) from None


def _rebuilt(key_ring: Mapping[str, bytes], encrypts_ids: bool) -> PersonalDataCipher:  # for pickle
    return PersonalDataCipher(key_ring, encrypts_ids=encrypts_ids)


def _encryptor(key: bytes) -> daead.DeterministicAead:
    """Tink's primitive for a key of ours; RAW: without a prefix of its own, so that the bytes are those of the RFC."""
    if len(key) != KEY_BYTES:
        message = f"the first key of SHOP_PII_KEYS must have {KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(message)
    data = tink_pb2.KeyData(
        type_url=_KEY_TYPE,
        value=aes_siv_pb2.AesSivKey(key_value=key).SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    keyset.key.add(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    handle = proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
    return handle.primitive(daead.DeterministicAead)


def _encrypted(key: bytes, field: str, text: str) -> bytes:
    """What Tink makes with this key, by pycryptodome, which takes the shorter keys of older rings too."""
    cipher = AES.new(key, AES.MODE_SIV)
    cipher.update(field.encode())
    data, tag = cipher.encrypt_and_digest(text.encode())
    return tag + data


def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _from_base32(text: str) -> bytes:
    padded = text.upper() + "=" * (-len(text) % 8)
    try:
        data = base64.b32decode(padded)
    except binascii.Error:
        data = b""
    # The last letter has spare bits: only the one spelling that we write is taken, so that no other text passes.
    if len(data) < _SIV_BYTES or _to_base32(data) != text:
        message = "not an encrypted value: its base32 is damaged"
        raise DecryptionError(message)
    return data
