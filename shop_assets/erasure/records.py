"""The record of an erasure in MongoDB: what makes it go on after a kill, and what loading asks later.

While an erasure runs, its record has the customer's id; when it has ended, only a keyed hash of it is left
(`document_store/erased_customers.py`).
"""

import hashlib
import secrets
import socket
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from pymongo.database import Database

from shop_assets.coordination.processes import current_account
from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import ERASURES
from shop_assets.document_store.erased_customers import RUNNING, ErasedCustomers
from shop_assets.document_store.erasure_hash_key import ensure_hash_key
from shop_assets.documents.kinds import Document
from shop_assets.documents.pseudonyms import PSEUDONYM_PREFIX
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.traces import Traces


def sha256_of(text: str) -> str:
    """The digest of what was erased, for the record.

    Args:
        text: The key of an object, or the places of messages.

    Returns:
        Its SHA-256 in hexadecimal.
    """
    return hashlib.sha256(text.encode()).hexdigest()


class ErasureRecord:
    """The record of one customer, and the counts of the erasure that runs."""

    def __init__(self, database: Database[Document], writer: Writer, known: ErasedCustomers, stored: Document) -> None:
        self._known = known
        self._collection = database[ERASURES]
        self._writer = writer
        self.customer_hash = str(stored["_id"])
        self.pseudonym = str(stored["pseudonym"])
        running = stored[RUNNING]
        self.number = str(running["number"])
        self.customer_id = str(running["customer_id"])
        self.reason = str(running["reason"])
        self.requested_by = str(running["requested_by"])
        self.began_at: datetime = running["began_at"]
        self.was_interrupted = bool(running.get("was_interrupted"))
        self.counts: Counter[str] = Counter(running["counts"])
        self.digests: dict[str, list[str]] = running["digests"]
        self.ciphertexts: list[str] = running.get("ciphertexts", [])
        self.by_hand: list[str] = running.get("by_hand", [])

    def add(self, counts: dict[str, int], digests: dict[str, list[str]] | None = None) -> None:
        """Store what was done, at once: the next run goes on from here.

        Args:
            counts: How many of what.
            digests: Hashes of names and places, by what they are of.
        """
        self.counts.update({name: count for name, count in counts.items() if count})
        for name, found in (digests or {}).items():
            self.digests[name] = sorted({*self.digests.get(name, []), *found})
        values = {f"{RUNNING}.counts": dict(self.counts), f"{RUNNING}.digests": self.digests}
        self._update({"$set": values})

    def remember(self, contacts: Iterable[str]) -> None:
        """Store hashes of the phones and e-mails: rejects of later deliveries are searched for them.

        Args:
            contacts: The phones and e-mails, normalised.
        """
        hashes = sorted({self._known.hash_of(contact) for contact in contacts})
        self._update({"$addToSet": {"contacts": {"$each": hashes}}})

    def keep_ciphertexts(self, ciphertexts: Iterable[str]) -> None:
        """Store the ciphertexts of the phones and e-mails until the erasure ends.

        Args:
            ciphertexts: Under every key of the ring.
        """
        self.ciphertexts = sorted({*self.ciphertexts, *ciphertexts})
        self._update({"$set": {f"{RUNNING}.ciphertexts": self.ciphertexts}})

    def leave_to_people(self, keys: Iterable[str]) -> None:
        """Store the keys of objects that people have to erase: what they were found by is erased soon.

        Args:
            keys: The keys.
        """
        self.by_hand = sorted({*self.by_hand, *keys})
        self._update({"$set": {f"{RUNNING}.by_hand": self.by_hand}})

    def hide_in_reason(self, traces: Traces) -> None:
        """Hide in the reason what is known of the customer by now, such as their name, at once: it is forgotten soon.

        Args:
            traces: The customer.
        """
        self.reason = traces.hidden_in(self.reason)
        self._update({"$set": {f"{RUNNING}.reason": self.reason}})

    def end(self) -> None:
        """Forget the id: the erasure is complete, and its certificate is written."""
        self._update({"$unset": {RUNNING: ""}})

    def _update(self, change: Document) -> None:
        self._writer.transact(
            lambda session: self._collection.update_one({"_id": self.customer_hash}, change, session=session)
        )


def begin(
    database: Database[Document], writer: Writer, cipher: PersonalDataCipher, customer_id: str, reason: str
) -> ErasureRecord:
    """Record that a customer is erased: from now on loading does not take what is delivered of them.

    Args:
        database: The database of the collections.
        writer: Makes the writes, as long as this run may write.
        cipher: The key ring.
        customer_id: The id, trimmed and in lower case.
        reason: Why, for the certificate; an interrupted erasure keeps its own.

    Returns:
        The record of this erasure, or of the one that was interrupted.
    """
    ensure_hash_key(database, cipher, writer)
    known = ErasedCustomers.load(database, cipher)
    customer_hash = known.hash_of(customer_id)
    stored = database[ERASURES].find_one({"_id": customer_hash}) or {}
    if RUNNING in stored:
        stored[RUNNING]["was_interrupted"] = True
        values: Document = {f"{RUNNING}.was_interrupted": True}
        writer.transact(
            lambda session: database[ERASURES].update_one({"_id": customer_hash}, {"$set": values}, session=session)
        )
        return ErasureRecord(database, writer, known, stored)
    entry = _new_entry(stored, customer_hash, customer_id, reason)
    writer.transact(
        lambda session: database[ERASURES].replace_one({"_id": customer_hash}, entry, upsert=True, session=session)
    )
    return ErasureRecord(database, writer, known, entry)


def _new_entry(former: Document, customer_hash: str, customer_id: str, reason: str) -> Document:
    """The entry of an erasure that begins; a customer who was erased before keeps the pseudonym."""
    now = datetime.now(UTC)
    return {
        "_id": customer_hash,
        "pseudonym": former.get("pseudonym") or f"{PSEUDONYM_PREFIX}{secrets.token_hex(8)}",
        "erased_at": now,
        "contacts": former.get("contacts", []),
        RUNNING: {
            "number": f"e{now:%Y%m%d%H%M%S}{secrets.token_hex(2)}",
            "customer_id": customer_id,
            "reason": reason,
            "requested_by": f"{current_account()}@{socket.gethostname()}",
            "began_at": now,
            "counts": {},
            "digests": {},
        },
    }


def exists(database: Database[Document], cipher: PersonalDataCipher, customer_id: str) -> bool:
    """Whether a customer was erased before, or an erasure of theirs was interrupted.

    Args:
        database: The database of the collections.
        cipher: The key ring.
        customer_id: The id, trimmed and in lower case.
    """
    customer_hash = ErasedCustomers.load(database, cipher).hash_of(customer_id)
    return database[ERASURES].find_one({"_id": customer_hash}, {"_id": 1}) is not None


def interrupted(database: Database[Document]) -> dict[str, str]:
    """The customers whose erasure was begun and has not ended.

    Args:
        database: The database of the collections.

    Returns:
        Their ids by the numbers of the erasures, earliest first.
    """
    found = database[ERASURES].find({f"{RUNNING}.number": {"$exists": True}})
    running = sorted((stored[RUNNING] for stored in found), key=lambda one: one["began_at"])
    return {str(one["number"]): str(one["customer_id"]) for one in running}
