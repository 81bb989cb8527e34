"""The customers who were erased, and what loading does with what is delivered of them later.

The rule: a customer's document is loaded only if its `registration_date` is later than the erasure, that is, if the
customer registered again. Purchases are loaded under the pseudonym, except those made since the new registration. So an
old file that is delivered once more brings nothing back.

An id is stored as a keyed hash. The key is in the same collection, encrypted with the key ring: without the ring nobody
can try ids, and a new ring needs only this one text to be encrypted again.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import ERASURES
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.json_text import UnwritableError
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, Document, DocumentKind
from shop_assets.documents.moments import MomentRules, moment_of
from shop_assets.documents.pseudonyms import comparable_id, customer_reference, without_store
from shop_assets.personal_data.cipher import DecryptionError, PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.personal_data.pseudonymised_purchases import pseudonymised
from shop_assets.personal_data.readable_text import readable
from shop_assets.personal_data.traces import contacts_in, identities_in, ids_in
from shop_assets.settings import ReadingSettings

HASH_KEY: Final = "hash key"
"""The `_id` of the entry with the key of the hashes; the others are hashes."""

HASH_KEY_FIELD: Final = "erasure"
"""What it is encrypted as."""

RUNNING: Final = "running"
"""The field of an entry with what an unfinished erasure needs (`erasure/records.py`)."""

_MOST_STRANGERS: Final = 50_000
"""How many ids, phones and e-mails that are of nobody erased are remembered: most recur, and a hash costs 2 µs."""

UTC_RULES: Final = MomentRules()
"""For callers that load nothing, and for tests."""


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
        self._gone: frozenset[str] | None = None
        self._strangers: set[str] = set()

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
        key = found.pop(HASH_KEY, None)
        entries = {
            name: ErasedCustomer(
                stored["pseudonym"],
                stored["erased_at"],
                stored.get("registered_at"),
                frozenset(stored.get("contacts", ())),
            )
            for name, stored in found.items()
        }
        return cls(database, b"" if key is None else _decrypted(key["text"], cipher), entries, cipher, moments)

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
        self._gone = None
        self._registrations[customer_hash] = registered_at
        return document

    def _replacement_of_purchase(self, document: Document) -> Document | None:
        reference = customer_reference(document)
        if reference is None:  # nobody can say whose it is: it must have nothing of theirs
            if not self._known_gone():
                return document
            try:
                found = identities_in(without_store(document), PURCHASES)
            except UnwritableError:  # MongoDB does not take it either: it is rejected, and its text is looked at there
                return document
            return None if self._is_somebody_gone(found) else document
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
        return not self._known_gone() or not self._is_somebody_gone(ids_in(text, kind) | contacts_in(readable(text)))

    def _is_somebody_gone(self, identities: Iterable[str]) -> bool:
        known = self._known_gone()
        for identity in identities:
            if identity in self._strangers:
                continue
            if self.hash_of(identity) in known:
                return True
            if len(self._strangers) >= _MOST_STRANGERS:
                self._strangers.clear()
            self._strangers.add(identity)
        return False

    def _known_gone(self) -> frozenset[str]:
        """The hashes of ids, phones and e-mails of those who did not register again."""
        if self._gone is None:
            gone = {name: entry for name, entry in self._entries.items() if entry.registered_at is None}
            self._gone = frozenset(gone).union(*(entry.contacts for entry in gone.values()))
        return self._gone

    def is_gone(self, kind: DocumentKind, document_id: str) -> bool:
        """Find out whether an id is that of an erased customer who did not register again: it is stored nowhere.

        Args:
            kind: The kind of a document.
            document_id: Its id, trimmed and in lower case.

        Returns:
            Whether it is.
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


def interrupted_numbers(database: Database[Document]) -> list[str]:
    """Find the numbers of the erasures that were begun and have not ended; they show nothing of the customers.

    Args:
        database: The database of the collections.

    Returns:
        The numbers, earliest first: a number begins with its time.
    """
    found = database[ERASURES].find({f"{RUNNING}.number": {"$exists": True}}, {f"{RUNNING}.number": 1})
    return sorted(str(stored[RUNNING]["number"]) for stored in found)


def moment_rules(settings: ReadingSettings) -> MomentRules:
    """How the settings read times.

    Args:
        settings: The settings.

    Returns:
        The rules; times without an offset are of the business time zone unless another one is set.
    """
    return MomentRules(settings.timezone, settings.local_timezone, settings.date_order)


def _decrypted(text: str, cipher: PersonalDataCipher | None) -> bytes:
    if cipher is None:
        raise _unknown_customers_error("no key ring was given")
    try:
        return bytes.fromhex(cipher.decrypt(HASH_KEY_FIELD, text))
    except DecryptionError as error:
        raise _unknown_customers_error(error) from error


def _unknown_customers_error(reason: object) -> DocumentStoreError:
    return DocumentStoreError(
        f"Customers were erased, and SHOP_PII_KEYS cannot show who ({reason}): restore the key ring. Nothing was "
        "loaded, because it could bring them back."
    )
