"""The customers who were erased, and what loading does with what is delivered of them later.

The rule: a customer's document is loaded only if its `registration_date` is later than the erasure, that is, if the
customer registered again. Purchases are loaded under the pseudonym, except those made since the new registration. So an
old file that is delivered once more brings nothing back.

An id is stored as a keyed hash; the key is in the same collection (`erasure_hash_key.py`).
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.document_store.collection_setup import ERASURES
from shop_assets.document_store.erasure_hash_key import HASH_KEY, decrypted_hash_key
from shop_assets.documents.json_text import UnwritableError
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, Document, DocumentKind
from shop_assets.documents.moments import UTC_RULES, MomentRules, moment_of
from shop_assets.documents.pseudonyms import comparable_id, customer_reference, without_store
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.personal_data.pseudonymised_purchases import pseudonymised
from shop_assets.personal_data.readable_text import readable
from shop_assets.personal_data.traces import contacts_in, identities_in, ids_in

RUNNING: Final = "running"
"""The field of an entry with what an unfinished erasure needs (`erasure/records.py`)."""

_MOST_CACHED: Final = 50_000
"""The cache is emptied at this size. Most ids, phones and e-mails of people who were not erased recur, and
hashing one takes 2 µs."""


@dataclass(frozen=True)
class ErasedCustomer:
    """A customer who was erased: the pseudonym, when, and when they registered again if they did."""

    pseudonym: str
    erased_at: datetime
    registered_at: datetime | None = None
    contacts: frozenset[str] = frozenset()
    """Hashes of the phones and e-mails."""


class ErasedCustomers:
    """All customers who were erased, in memory: some hundred bytes each."""

    def __init__(
        self,
        database: Database[Document],
        key: bytes,
        entries: Mapping[str, ErasedCustomer],
        cipher: PersonalDataCipher | None = None,
        moments: MomentRules = UTC_RULES,
    ) -> None:
        self._moments = moments
        self._entries = dict(entries)
        self._encryption = None if cipher is None else PersonalDataEncryption(cipher)
        self._collection = database[ERASURES]
        self._key = key
        self._registrations: dict[str, datetime] = {}
        self._erased_hashes: frozenset[str] | None = None
        self._known_not_erased: set[str] = set()

    @classmethod
    def load(
        cls,
        database: Database[Document],
        cipher: PersonalDataCipher | None,
        moments: MomentRules = UTC_RULES,
    ) -> Self:
        """Read all of them from MongoDB.

        Args:
            database: The database of the collections.
            cipher: The key ring; it may be missing while nobody was erased.
            moments: How times of registrations and purchases are read.

        Returns:
            The customers.

        Raises:
            DocumentStoreError: Somebody was erased, and the key ring does not have the key by which they are known.
        """
        found = {stored["_id"]: stored for stored in database[ERASURES].find()}
        key = decrypted_hash_key(found.pop(HASH_KEY, None), cipher)
        entries = {
            name: ErasedCustomer(
                stored["pseudonym"],
                stored["erased_at"],
                stored.get("registered_at"),
                frozenset(stored.get("contacts", ())),
            )
            for name, stored in found.items()
        }
        return cls(database, key, entries, cipher, moments)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def replacement(self, kind: DocumentKind, document: Document) -> Document | None:
        """What is loaded in place of a delivered document.

        Args:
            kind: Its kind.
            document: The document, in our terms.

        Returns:
            The same object if nobody erased is concerned; a purchase under the pseudonym; None for the customer, and
            for a purchase that names no customer and has an id, a phone or an e-mail of an erased one.
        """
        if not self._entries or kind not in {CUSTOMERS, PURCHASES}:
            return document
        if kind == PURCHASES:
            return self._replacement_of_purchase(document)
        own_id = comparable_id(document.get(kind.id_field))
        customer_hash = self.hash_of(own_id) if own_id else ""
        entry = self._entries.get(customer_hash)
        if entry is None:
            return document
        registered_at = moment_of(document.get("registration_date"), self._moments)
        if registered_at is None or registered_at <= entry.erased_at:
            return None
        self._entries[customer_hash] = replace(entry, registered_at=registered_at)
        self._erased_hashes = None
        self._registrations[customer_hash] = registered_at
        return document

    def _replacement_of_purchase(self, document: Document) -> Document | None:
        reference = customer_reference(document)
        if reference is None:  # nobody can say whose it is: it must have nothing of theirs
            if not self._hashes_of_erased():
                return document
            try:
                found = identities_in(without_store(document), PURCHASES)
            except UnwritableError:  # MongoDB does not take it either: it is rejected, and its text is looked at there
                return document
            return None if self._names_erased_customer(found) else document
        entry = self._entries.get(self.hash_of(reference))
        if entry is None:
            return document
        bought_at = moment_of(document.get("purchase_datetime"), self._moments)
        if entry.registered_at is not None and bought_at is not None and bought_at >= entry.registered_at:
            return document
        return pseudonymised(document, entry.pseudonym)

    def may_keep(self, text: str, kind: DocumentKind) -> bool:
        """Find out whether a text that is not a document may be stored with its reason.

        Args:
            text: The text of a reject.
            kind: Of the documents that it stands among.

        Returns:
            False if it has the id, a phone or an e-mail of an erased customer who did not register again.
        """
        if not self._hashes_of_erased():
            return True
        return not self._names_erased_customer(ids_in(text, kind) | contacts_in(readable(text)))

    def _names_erased_customer(self, identities: Iterable[str]) -> bool:
        known = self._hashes_of_erased()
        for identity in identities:
            if identity in self._known_not_erased:
                continue
            if self.hash_of(identity) in known:
                return True
            if len(self._known_not_erased) >= _MOST_CACHED:
                self._known_not_erased.clear()
            self._known_not_erased.add(identity)
        return False

    def _hashes_of_erased(self) -> frozenset[str]:
        """The hashes of ids, phones and e-mails of those who did not register again."""
        if self._erased_hashes is None:
            erased = {name: entry for name, entry in self._entries.items() if entry.registered_at is None}
            self._erased_hashes = frozenset(erased).union(*(entry.contacts for entry in erased.values()))
        return self._erased_hashes

    def is_erased(self, kind: DocumentKind, document_id: str) -> bool:
        """Whether an id is that of an erased customer who did not register again: it is stored nowhere.

        Args:
            kind: The kind of a document.
            document_id: Its id, trimmed and in lower case.
        """
        entry = self._entries.get(self.hash_of(document_id)) if kind == CUSTOMERS and self._entries else None
        return entry is not None and entry.registered_at is None

    def erased_since(self, customer_ids: Iterable[str], moment: datetime) -> frozenset[str]:
        """Find customers who were erased after a moment.

        Args:
            customer_ids: Their ids as they were sent: an encrypted one is decrypted with the key ring.
            moment: When something was published, for example.

        Returns:
            Those of the ids whose erasure began later.
        """
        return frozenset(
            customer_id
            for customer_id in customer_ids
            if (entry := self._entries.get(self.hash_of(self._stored_id(customer_id)))) is not None
            and entry.erased_at > moment
        )

    def _stored_id(self, customer_id: str) -> str:
        if self._encryption is None:
            return customer_id
        return comparable_id(self._encryption.stored_id(customer_id)) or customer_id

    def hash_of(self, customer_id: str) -> str:
        """The hash under which a customer is stored; their phones and e-mails are hashed alike.

        Args:
            customer_id: The id, trimmed and in lower case.

        Returns:
            The keyed hash of the id.
        """
        return hmac.digest(self._key, customer_id.encode("utf-8", "surrogatepass"), "sha256").hex()

    def save_registrations(self, session: ClientSession) -> None:
        """Store who registered again, with the documents that say so.

        Args:
            session: The session of the transaction.
        """
        for customer_hash, registered_at in self._registrations.items():
            self._collection.update_one(
                {"_id": customer_hash}, {"$set": {"registered_at": registered_at}}, session=session
            )


def interrupted_numbers(database: Database[Document]) -> list[str]:
    """Find the numbers of the erasures that were begun and have not ended; they show nothing of the customers.

    Args:
        database: The database of the collections.

    Returns:
        The numbers, earliest first: a number begins with its time.
    """
    found = database[ERASURES].find({f"{RUNNING}.number": {"$exists": True}}, {f"{RUNNING}.number": 1})
    return sorted(str(stored[RUNNING]["number"]) for stored in found)
