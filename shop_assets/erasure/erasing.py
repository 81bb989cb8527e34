"""Erases one customer from landing to MART, in an order that a kill at any point cannot spoil.

First the record: from then on nothing that is delivered of the customer is loaded. Then landing and MongoDB; Kafka gets
the tombstone and the purchases under the pseudonym, and RAW and MART get these; then what they had before is deleted.
Every step does only what is left to do, so an interrupted erasure is finished by doing all of them again.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from pymongo.errors import OperationFailure

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import erasing as document_store
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.documents.kinds import CUSTOMERS
from shop_assets.documents.pseudonyms import PSEUDONYM_PREFIX, comparable_id
from shop_assets.erasure import certificate as certificates
from shop_assets.erasure import records
from shop_assets.erasure.certificate import Certificate
from shop_assets.erasure.errors import ErasureError, NoCustomerError, reason_of
from shop_assets.erasure.landing_erasure import LandingErasure
from shop_assets.erasure.landing_objects import KINDS_OF_CUSTOMERS
from shop_assets.erasure.records import ErasureRecord, sha256_of
from shop_assets.errors import ShopError
from shop_assets.language.counts import counted
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher
from shop_assets.personal_data.normalisation import EMAIL, PHONE
from shop_assets.personal_data.personal_values import ID, is_sent_encrypted
from shop_assets.personal_data.traces import Traces
from shop_assets.services import Services
from shop_assets.topics.change_capture import capture_changes
from shop_assets.warehouse import erasing as warehouse
from shop_assets.warehouse.mart.reconciliation import ingest_and_reconcile

_EXPIRES: Final = {
    "MongoDB, oplog": "when its window has passed: `rs.printReplicationInfo()` shows how long it is",
    "Dagster, configuration of runs of the job erase_customer": "when the run is deleted; it has the id and the reason",
    "Dagster, samples of rows of earlier runs": "when the run is deleted; they have the id, zeros and ones, no contact",
    "ClickHouse, files of replaced parts": f"{warehouse.OLD_PARTS_SECONDS // 60} minutes after the erasure",
    "S3, the store's own files": "when it compacts them; its interface gives nothing of them",
    "backups": "when you delete those that are older than this erasure; after a restore, erase again",
    "the source of the documents": "when its owner erases the customer there too",
}


def erase(services: Services, writer: Writer, customer_id: str, reason: str, cluster: str | None = None) -> Certificate:
    """Erase a customer, or finish an erasure of theirs that was interrupted.

    Args:
        services: All services from S3 to ClickHouse.
        writer: Makes the writes, as long as this run may write.
        customer_id: The id, in any spelling.
        reason: Why; it is in the certificate, without the customer's ids, contacts, card numbers and names.
        cluster: The cluster of the warehouse; None for a single server.

    Returns:
        The certificate, which is saved. Erasing again is harmless, and makes another one.

    Raises:
        NoCustomerError: The id is blank or a pseudonym, or `known_id` cannot say whose it is.
        ErasureError: Something of the customer is left.
        ShopError: A service failed: run it again.
    """
    known = known_id(services, customer_id)
    if known is None or known.startswith(PSEUDONYM_PREFIX):
        raise NoCustomerError("This cannot be the id of a customer: it is blank, or the pseudonym of an erased one.")
    return _erase(services, writer, known, reason, cluster)


def _erase(services: Services, writer: Writer, known: str, reason: str, cluster: str | None) -> Certificate:
    ensure_collections(services.database)
    shown = Traces([known]).hidden_in(reason)
    record = records.begin(services.database, writer, services.pii.cipher(), known, shown)
    return _Erasure(services, writer, record, cluster).run()


def known_id(services: Services, customer_id: str) -> str | None:
    """The id by which landing and MongoDB know a customer.

    Args:
        services: All services; of these the key ring.
        customer_id: The id in any spelling, also the encrypted one that MART shows.

    Returns:
        The id as ids are compared; None if it is blank.

    Raises:
        NoCustomerError: The id is encrypted, and no key of the ring decrypts it; or it decrypts to an id, but a
            customer was delivered, or erased, under the encrypted text itself.
    """
    known = comparable_id(customer_id)
    if known is None or not ENCRYPTED.fullmatch(known):
        return known
    cipher = services.pii.cipher()
    was_delivered = _was_delivered(services, known)
    try:
        decrypted = cipher.decrypt(ID, known)
    except DecryptionError as error:
        if was_delivered:
            return known
        raise NoCustomerError(f"The id is encrypted, and cannot be decrypted: {error}.") from error
    if was_delivered:
        raise NoCustomerError(
            "Two customers may be meant: one was delivered under this text itself, and it is also the encrypted id of "
            f"another. MART shows the first as {cipher.encrypt(ID, known)}: give this id to erase that customer, or "
            "the other's id in the clear. Nothing was changed."
        )
    return decrypted


def _was_delivered(services: Services, customer_id: str) -> bool:
    """Whether a customer has, or had before an erasure, this very id, though it looks like a ciphertext."""
    database = services.database
    return (
        database[CUSTOMERS.name].find_one({"_id": customer_id}, {"_id": 1}) is not None
        or document_store.has_customer(database, Traces([customer_id]))
        or records.exists(database, services.pii.cipher(), customer_id)
    )


class _Erasure:
    def __init__(self, services: Services, writer: Writer, record: ErasureRecord, cluster: str | None) -> None:
        self._services = services
        self._writer = writer
        self._record = record
        self._cluster = cluster
        self._cipher = services.pii.cipher()
        self._sent_ids = sent_ids(self._cipher, record.customer_id)
        self._traces = Traces(self._sent_ids)
        self._landing = LandingErasure(services, writer, record, self._traces)

    def run(self) -> Certificate:
        self._landing.settle()
        document_store.learn_traces(self._services.database, self._traces)
        self._landing.learn()
        self._record.remember(self._traces.contacts)
        # MART has purchases that name nobody: they are found by these, which after a kill nothing tells.
        self._record.keep_ciphertexts(_sent_contacts(self._cipher, self._traces.contacts))
        self._record.hide_in_reason(self._traces)
        self._landing.erase_all_but_sources()
        self._landing.search_what_no_run_loads()
        self._erase_documents()
        # The sources last: after a kill, the other objects can be found again only by what these contain.
        self._landing.erase_sources()
        self._publish()
        self._erase_warehouse()
        remaining = self._landing.erase_delivered_meanwhile()
        self._record.remember(self._traces.contacts)
        remaining += document_store.count_customer(self._services.database, self._traces, self._record.pseudonym)
        remaining += warehouse.count_customer(self._services.client, self._sent_ids, self._record.ciphertexts)
        if remaining:
            raise ErasureError(
                f"{counted(remaining, 'object, document or row', 'objects, documents or rows')} of the customer came "
                "back during the erasure: another program writes to landing, MongoDB or Kafka. Run the same command "
                "again."
            )
        certificate = self._certificate()
        certificates.save(self._services.object_store.reports(), certificate)
        self._record.end()
        return certificate

    def _erase_documents(self) -> None:
        counts = document_store.erase_customer(
            self._services.database, self._writer, self._traces, self._record.pseudonym
        )
        self._record.add(
            {
                "MongoDB: customers deleted": counts.customers,
                "MongoDB: purchases under the pseudonym": counts.purchases,
                "MongoDB: purchases without a customer deleted": counts.removed_purchases,
                "MongoDB: rejects without their text": counts.rejects,
            }
        )

    def _publish(self) -> None:
        services = self._services
        sent = capture_changes(services.source, "incremental", self._writer)
        self._record.add({"Kafka: tombstones": sent.topics[CUSTOMERS.name].tombstones})
        ingest_and_reconcile(services.client, services.kafka, self._writer.check)

    def _erase_warehouse(self) -> None:
        counts = warehouse.erase_customer(
            self._services.client,
            self._sent_ids,
            self._cluster,
            contacts=self._record.ciphertexts,
            guard=self._writer.check,
        )
        self._record.add(
            {
                "ClickHouse: messages of RAW": counts.raw,
                "ClickHouse: versions of MART": counts.versions,
                "ClickHouse: rejects of MART": counts.rejects,
            },
            {"messages": [sha256_of("\n".join(counts.places))]} if counts.places else {},
        )

    def _certificate(self) -> Certificate:
        now = datetime.now(UTC)
        record, services = self._record, self._services
        topics = services.kafka.ensure_topics()
        expires = {
            f"Kafka, topic {topics[kind.name].name}": certificates.expiry_of(topics[kind.name], now)
            for kind in KINDS_OF_CUSTOMERS
        }
        return Certificate(
            number=record.number,
            customer=record.customer_hash,
            reason=record.reason,
            requested_by=record.requested_by,
            began_at=record.began_at.isoformat(timespec="seconds"),
            ended_at=now.isoformat(timespec="seconds"),
            erased=dict(record.counts),
            remaining=0,
            by_hand=[self._traces.hidden_in(key) for key in self._landing.by_hand],
            not_searched=[self._traces.hidden_in(key) for key in self._landing.not_searched],
            unguarded=self._landing.unguarded,
            digests=record.digests,
            expires={**expires, **_EXPIRES, **self._landing.expires},
            published_days=warehouse.days_with_features(services.client, self._sent_ids),
            was_interrupted=record.was_interrupted,
        )


def sent_ids(cipher: PersonalDataCipher, customer_id: str) -> list[str]:
    """Give the ids under which a customer may have been sent: the own one, and its ciphertexts if it is encrypted.

    Args:
        cipher: The key ring.
        customer_id: The id, trimmed and in lower case.

    Returns:
        The ids.
    """
    if not is_sent_encrypted(customer_id):
        return [customer_id]
    return [customer_id, *cipher.encrypt_with_each_key(ID, customer_id).values()]


def _sent_contacts(cipher: PersonalDataCipher, contacts: Iterable[str]) -> list[str]:
    """The ciphertexts under which phones and e-mails may have been sent."""
    return [
        ciphertext
        for contact in contacts
        for ciphertext in cipher.encrypt_with_each_key(EMAIL if "@" in contact else PHONE, contact).values()
    ]


def finish_interrupted(services: Services, writer: Writer, cluster: str | None = None) -> Iterator[Certificate]:
    """Finish the erasures that were interrupted; one that cannot end now does not keep the others waiting.

    Args:
        services: All services from S3 to ClickHouse.
        writer: Makes the writes, as long as this run may write.
        cluster: The cluster of the warehouse; None for a single server.

    Yields:
        The certificates, each when its erasure is complete.

    Raises:
        ErasureError: Some could not end: something of the customer is left, or a service failed. The message has their
            numbers, each with the reason.
    """
    reasons = []
    for number, customer_id in records.interrupted(services.database).items():
        try:
            certificate = _erase(services, writer, customer_id, "", cluster)  # the id that landing knows already
        except (ShopError, OperationFailure) as error:
            reasons.append(f"{number}: {reason_of(error)}")
        else:
            yield certificate
    if reasons:
        raise ErasureError("\n".join(reasons))
