"""The key of the hashes under which erased customers are stored.

It is in the same collection, encrypted with the key ring: without the ring nobody can try ids, and a new ring needs
only this one text to be encrypted again.
"""

import secrets
from typing import Final

from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import ERASURES
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.kinds import Document
from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher

HASH_KEY: Final = "hash key"
"""The `_id` of the entry with the key of the hashes; the others are hashes."""

HASH_KEY_FIELD: Final = "erasure"
"""What it is encrypted as."""


def ensure_hash_key(database: Database[Document], cipher: PersonalDataCipher, writer: Writer) -> None:
    """Make the key of the hashes if there is none, before the first customer is erased.

    Args:
        database: The database of the collections.
        cipher: The key ring.
        writer: Makes the write.
    """
    if database[ERASURES].find_one({"_id": HASH_KEY}) is None:
        text = cipher.encrypt(HASH_KEY_FIELD, secrets.token_hex(32))
        writer.transact(lambda session: database[ERASURES].insert_one({"_id": HASH_KEY, "text": text}, session=session))


def decrypted_hash_key(stored: Document | None, cipher: PersonalDataCipher | None) -> bytes:
    """The key of the hashes.

    Args:
        stored: Its entry; None if nobody was ever erased.
        cipher: The key ring, if there is one.

    Returns:
        The key; empty without an entry.

    Raises:
        DocumentStoreError: There is an entry, and the key ring does not have the key that it is encrypted with.
    """
    if stored is None:
        return b""
    if cipher is None:
        raise _unknown_customers_error("no key ring was given")
    try:
        return bytes.fromhex(cipher.decrypt(HASH_KEY_FIELD, stored["text"]))
    except DecryptionError as error:
        raise _unknown_customers_error(error) from error


def _unknown_customers_error(reason: object) -> DocumentStoreError:
    return DocumentStoreError(
        f"Customers were erased, and SHOP_PII_KEYS cannot show who ({reason}): restore the key ring. Nothing was "
        "loaded, because it could bring them back."
    )
