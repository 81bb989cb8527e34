"""Moves everything that is stored under older keys to the first key; `key_usage.py` says which keys are in use.

The order: what Kafka has comes to RAW first; then the views show the newer ciphertexts; then RAW and MART move; then
what MongoDB remembers of what was sent. Only then change capture takes the first key for the one that everything has.
Killed before that, the next `shop pii rotate --resume` goes on; a run that comes in between sends every document once
more, which costs space and nothing else.
"""

from collections import Counter
from dataclasses import dataclass, field

from pymongo.client_session import ClientSession

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import ERASURES, ensure_collections
from shop_assets.document_store.erasure_hash_key import HASH_KEY, HASH_KEY_FIELD
from shop_assets.key_rotation.current_values import show_newer_values
from shop_assets.key_rotation.errors import RotationError
from shop_assets.key_rotation.reencryption import Reencryption
from shop_assets.key_rotation.warehouse_move import key_counts, move_warehouse
from shop_assets.language.counts import counted
from shop_assets.services import Services
from shop_assets.topics.change_capture import ChangeCapture
from shop_assets.topics.known_keys import remember_keys, require_known_keys
from shop_assets.warehouse.mart import current_values
from shop_assets.warehouse.mart.reconciliation import ingest_and_reconcile
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import scalar


@dataclass
class RotationResult:
    """What was moved: messages of RAW, and ciphertexts by the key that they had. `unknown` are those of keys that
    the ring does not have, by key; `unreadable` is how many texts look like ciphertexts of its older keys and are
    none. Both stay.
    """

    key_id: str
    messages: int = 0
    moved: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0


def move_stored_data(services: Services, writer: Writer, cluster: str | None = None) -> RotationResult:
    """Move everything to the first key of the ring. Readers go on; moving again is harmless.

    Args:
        services: All services from S3 to ClickHouse.
        writer: Makes the writes, as long as this run may write.
        cluster: The cluster of the warehouse; None for a single server.

    Returns:
        What was moved.

    Raises:
        RotationError: Something is left under an older key, or RAW has another number of rows than before; or many
            values cannot be decrypted, and nothing more was moved.
        KeyLostError: The ring lacks a key that encrypted what is stored; nothing was moved.
        ShopError: A service failed: run it again.
    """
    ensure_collections(services.database)
    cipher = services.pii.cipher()
    reencryption = Reencryption(cipher)
    require_known_keys(services.database, cipher.fingerprints)
    remember_keys(services.database, cipher.fingerprints, writer)
    services.kafka.ensure_topics()  # of a shop that has sent nothing yet there is nothing to move
    ingest_and_reconcile(services.client, services.kafka, writer.check)
    before = _message_count(services)
    show_newer_values(services.client, reencryption, writer.check, cluster)
    messages = move_warehouse(services.client, reencryption, writer.check)
    _move_documents(services, writer, reencryption)
    ChangeCapture.on(services.source, writer).adopt_key()
    _require_all_moved(services, reencryption, before)
    current_values.clear(services.client, cluster)
    return RotationResult(
        cipher.key_id, messages, reencryption.moved, reencryption.unknown, len(reencryption.unreadable)
    )


def _require_all_moved(services: Services, reencryption: Reencryption, before: int) -> None:
    """Fail if something is left under an older key, or RAW has another number of messages than before."""
    left = sum(
        count
        for place, key_id, count in key_counts(services.client, reencryption.unreadable)
        # Rows that are left need the pairs; if there are none, the pairs go last.
        if key_id in reencryption.older_keys and place not in current_values.TABLES
    )
    after = _message_count(services)
    if left or after != before:
        raise RotationError(
            f"{counted(left, 'ciphertext is', 'ciphertexts are')} left under older keys, and RAW has "
            f"{counted(after, 'message')}, before {before:,}: another program writes to ClickHouse. Run "
            "`shop pii rotate --resume`."
        )


def require_all_known(result: RotationResult) -> None:
    """Fail if values stay under keys that the ring does not have: so a command and a job end alike.

    Args:
        result: Of a rotation that has ended.

    Raises:
        RotationError: There are such values; the message has their keys.
    """
    if result.unknown:
        lost = ", ".join(f"{key_id}: {count:,}" for key_id, count in result.unknown.items())
        raise RotationError(
            f"Values are still encrypted with keys that the ring does not have ({lost}). Add these keys with "
            "`shop pii import FILE`, then run `shop pii rotate --resume`."
        )


def _move_documents(services: Services, writer: Writer, reencryption: Reencryption) -> None:
    """The key of the hashes of erased customers, and rejects that are known by an encrypted id."""
    database, cipher = services.database, services.pii.cipher()
    entry = database[ERASURES].find_one({"_id": HASH_KEY})
    encrypted = list(rejects.with_encrypted_positions(database))

    def write(session: ClientSession) -> None:
        if entry is not None:
            text = {"$set": {"text": cipher.encrypt(HASH_KEY_FIELD, cipher.decrypt(HASH_KEY_FIELD, entry["text"]))}}
            database[ERASURES].update_one({"_id": HASH_KEY}, text, session=session)
        for reject in encrypted:
            rejects.move(database, reject, session, position=reencryption.text(reject["position"]))

    writer.transact(write)


def _message_count(services: Services) -> int:
    """The messages of RAW, each once."""
    return int(scalar(services.client, statement_of("rotation/message_count")))
