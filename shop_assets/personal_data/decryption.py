"""Decrypting a ciphertext of which nothing is known but its text."""

from typing import Final

from shop_assets.documents.kinds import KINDS
from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher, PersonalValue, WrongFieldError
from shop_assets.personal_data.normalisation import EMAIL, PHONE
from shop_assets.personal_data.personal_values import ID, TEXT

FIELDS: Final = (
    PHONE,
    EMAIL,
    ID,
    TEXT,
    # Of an earlier release: a container that was no object was encrypted as a whole, under its own name.
    *sorted({path[-2] for kind in KINDS for path in (*kind.phones, *kind.emails) if len(path) > 1}),
)
"""What a ciphertext may have been encrypted as."""


def decrypt_any(cipher: PersonalDataCipher, text: str) -> PersonalValue:
    """Decrypt a ciphertext of any field, for authorised users who have only the text.

    Args:
        cipher: The key ring.
        text: The ciphertext.

    Returns:
        The value, and the field that it belongs to.

    Raises:
        DecryptionError: The text is not a ciphertext, its key is not in the ring, or it was changed.
    """
    for field in FIELDS:
        try:
            return PersonalValue(field, cipher.decrypt(field, text))
        except WrongFieldError:
            continue
    message = "not encrypted with this key: another key has the same id in SHOP_PII_KEYS, or the text was changed"
    raise DecryptionError(message)
