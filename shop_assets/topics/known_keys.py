"""The keys with which something was encrypted, by their fingerprints: a ring that has others by their names is refused.

A ciphertext names its key, and a second ring made by mistake may use the same name: what it encrypts would not equal
what is stored, and what is stored could not be decrypted.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import KNOWN_KEYS
from shop_assets.documents.kinds import Document
from shop_assets.topics.errors import KeyLostError, WrongKeyError

Fingerprints = Mapping[str, str]


def known_keys(database: Database[Document]) -> dict[str, dict[str, Any]]:
    """The keys that were ever in a ring that sent something.

    Args:
        database: The database of the collections.

    Returns:
        By id: `fingerprint`, `first_used_at`, and `retired_at` if the key was retired.
    """
    return {str(found["_id"]): found for found in database[KNOWN_KEYS].find()}


def require_known_keys(database: Database[Document], fingerprints: Fingerprints) -> None:
    """Make sure that a ring has the keys of the data.

    Args:
        database: The database of the collections.
        fingerprints: Of the ring's keys by id.

    Raises:
        KeyLostError: One is missing that was not retired, or is another one of the same id.
    """
    for key_id, known in known_keys(database).items():
        own = fingerprints.get(key_id)
        if own == known["fingerprint"] or (own is None and "retired_at" in known):
            continue
        lost = "is another key than the one that encrypted" if own else "is missing, and it encrypted"
        raise KeyLostError(
            f"The key {key_id} of SHOP_PII_KEYS {lost} what is stored: restore the key ring, or add the old one with "
            "`shop pii import`; `shop pii keys` shows which keys are in use. If that key is lost, run `shop topics "
            "recreate` and then `shop run`, which encrypts every document with the first key. Nothing was sent."
        )


def require_same_keys(database: Database[Document], fingerprints: Fingerprints) -> None:
    """Make sure that no key of a ring is another one than was used under its id; the ring may lack keys.

    Args:
        database: The database of the collections.
        fingerprints: Of the ring's keys by id.

    Raises:
        WrongKeyError: One is another one: the ring is not of this data.
    """
    for key_id, known in known_keys(database).items():
        if fingerprints.get(key_id, known["fingerprint"]) != known["fingerprint"]:
            raise WrongKeyError(
                f"The key {key_id} of this ring is another one than the key {key_id} that encrypted what is stored: "
                "it is the ring of other data. The key ring stays as it is."
            )


def remember_keys(
    database: Database[Document], fingerprints: Fingerprints, writer: Writer, *, accepts_loss: bool = False
) -> None:
    """Remember the keys of a ring that is going to be used.

    Args:
        database: The database of the collections.
        fingerprints: Of the ring's keys by id.
        writer: Makes the writes, as long as this run may write.
        accepts_loss: Whether keys that are missing, or are others now, count as lost: the topics begin again.
    """
    known = known_keys(database)
    now = datetime.now(UTC)
    changed = [
        {"_id": key_id, "fingerprint": value, "first_used_at": now}
        for key_id, value in fingerprints.items()
        if key_id not in known or (accepts_loss and known[key_id]["fingerprint"] != value)
    ]
    lost = known.keys() - fingerprints.keys() if accepts_loss else set()
    changed += [known[key_id] | {"retired_at": now} for key_id in lost if "retired_at" not in known[key_id]]
    if changed:
        writes = [ReplaceOne({"_id": entry["_id"]}, entry, upsert=True) for entry in changed]
        writer.transact(lambda session: database[KNOWN_KEYS].bulk_write(writes, session=session))
