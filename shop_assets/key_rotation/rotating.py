"""Moves everything that is stored under older keys to the first key, and says which keys are in use.

The order: what Kafka has comes to RAW first; then the views show the newer ciphertexts; then RAW and MART move; then
what MongoDB remembers of what was sent. Only then change capture takes the first key for the one that everything has.
Killed before that, the next `shop pii rotate --resume` goes on; a run that comes in between sends every document once
more, which costs space and nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pymongo.client_session import ClientSession

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import ERASURES, KNOWN_KEYS, ensure_collections
from shop_assets.document_store.erased_customers import HASH_KEY, HASH_KEY_FIELD
from shop_assets.key_rotation.current_values import show_newer_values
from shop_assets.key_rotation.errors import RotationError
from shop_assets.key_rotation.reencryption import MOST_UNREADABLE, Reencryption
from shop_assets.key_rotation.warehouse_move import key_counts, move_warehouse
from shop_assets.language.counts import counted
from shop_assets.personal_data.cipher import ENCRYPTED, PREFIX
from shop_assets.services import Services
from shop_assets.topics.change_capture import ChangeCapture
from shop_assets.topics.known_keys import known_keys, remember_keys, require_known_keys
from shop_assets.topics.specification import Topic
from shop_assets.warehouse.mart import current_values
from shop_assets.warehouse.mart.filling import bring_to_mart
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import column, scalar


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


@dataclass(frozen=True)
class KeyUse:
    """A key: what it does, since when, and how many ciphertexts each place has of it."""

    key_id: str
    state: str
    fingerprint: str
    first_used_at: datetime | None
    ciphertexts: Mapping[str, int]


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
    bring_to_mart(services.client, services.kafka, writer.check)
    before = _offsets(services)
    show_newer_values(services.client, reencryption, writer.check, cluster)
    messages = move_warehouse(services.client, reencryption, writer.check)
    _move_documents(services, writer, reencryption)
    ChangeCapture.on(services.source, writer).adopt_key()
    left = sum(
        count
        for place, key_id, count in key_counts(services.client, reencryption.unreadable)
        # Rows that are left need the pairs; if there are none, the pairs go last.
        if key_id in reencryption.older_keys and place not in current_values.TABLES
    )
    if left or _offsets(services) != before:
        raise RotationError(
            f"{counted(left, 'ciphertext is', 'ciphertexts are')} left under older keys, and RAW has "
            f"{counted(_offsets(services), 'message')}, before {before:,}: another program writes to ClickHouse. Run "
            "`shop pii rotate --resume`."
        )
    current_values.clear(services.client, cluster)
    return RotationResult(
        cipher.key_id, messages, reencryption.moved, reencryption.unknown, len(reencryption.unreadable)
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


def key_uses(services: Services) -> list[KeyUse]:
    """The keys of the ring and those that the data names, with what uses them. Reads all of RAW and MART.

    Args:
        services: MongoDB, ClickHouse and the key ring.

    Returns:
        The ring's keys in its order, then others.
    """
    cipher = services.pii.cipher()
    counts = _counts(services)
    known = known_keys(services.database)
    ring = list(cipher.fingerprints)
    others = sorted({*counts, *known} - set(ring))
    uses = []
    for key_id in [*ring, *others]:
        remembered = known.get(key_id, {})
        state = "encrypts" if key_id == cipher.key_id else "decrypts"
        if key_id in others:
            state = "retired" if "retired_at" in remembered else "missing"
        own = cipher.fingerprints.get(key_id, remembered.get("fingerprint", ""))
        if key_id in ring and remembered and remembered["fingerprint"] != own:
            state = f"{state}; another key than the one that was used"
        uses.append(KeyUse(key_id, state, own, _first_use(key_id, remembered), counts.get(key_id, {})))
    return uses


def require_unused(services: Services, key_id: str) -> None:
    """Make sure that nothing needs a key: no row of RAW and MART, no message in Kafka, no record in MongoDB.

    Args:
        services: MongoDB, Kafka, ClickHouse and the key ring.
        key_id: The key.

    Raises:
        RotationError: Something needs it; the message says what, and what to do.
    """
    unreadable = _unreadable(services, key_id)
    found = dict(_counts(services, unreadable).get(key_id, {}))
    topics = services.kafka.ensure_topics()
    in_kafka = _messages_with(services, topics.values(), key_id, unreadable)
    later = still_in_kafka(topics, in_kafka)
    if not found and later:
        raise RotationError(f"The key {key_id} is still needed by {later} Retire the key then.")
    if found:
        where = ", ".join(f"{place}: {count}" for place, count in found.items())
        raise RotationError(
            f"The key {key_id} is still needed ({where}): `shop pii rotate --resume` moves what is stored. "
            f"{f'It is also needed by {later}' if later else ''}".strip()
        )


def still_in_kafka(topics: Mapping[str, Topic], messages: Mapping[str, int]) -> str:
    """Say what becomes of messages that are encrypted with an older key.

    Args:
        topics: The topics by their kind.
        messages: How many each topic has, by the topic's name; those without any may be missing.

    Returns:
        Sentences that begin with the number of the messages; empty if there are none.
    """
    total = sum(messages.values())
    if not total:
        return ""
    kinds = [kind for kind, topic in topics.items() if messages.get(topic.name) and not topic.expires]
    if kinds:
        return (
            f"{counted(total, 'message')} in Kafka. Topics that are compacted, or whose retention has no limit, keep "
            f"them for good: `shop topics recreate {' '.join(kinds)}` and then `shop run` send their documents again "
            "under the first key."
        )
    return (
        f"{counted(total, 'message')} in Kafka. Kafka deletes them after the retention of the topic "
        "(SHOP_KAFKA_RETENTION_HOURS) and at most the time of a segment (segment.ms) more."
    )


def mark_retired(services: Services, writer: Writer, key_id: str) -> None:
    """Remember that a key was retired: a ring without it is whole.

    Args:
        services: MongoDB.
        writer: Makes the write.
        key_id: The key.
    """
    now = {"$set": {"retired_at": datetime.now(UTC)}}
    writer.transact(lambda session: services.database[KNOWN_KEYS].update_one({"_id": key_id}, now, session=session))


def _first_use(key_id: str, remembered: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.strptime(key_id, "k%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return remembered.get("first_used_at")


def _unreadable(services: Services, key_id: str) -> set[str]:
    """The texts that look like ciphertexts of a key and are none: the ring has this key, and does not decrypt them."""
    cipher = services.pii.cipher()
    known = known_keys(services.database).get(key_id)
    if known is None or known["fingerprint"] != cipher.fingerprints.get(key_id):
        return set()
    given = {"prefix": f"{PREFIX}{key_id}:", "most": MOST_UNREADABLE + 1}
    values = column(services.client, statement_of("rotation/values_of_key"), given)
    if len(values) > MOST_UNREADABLE:
        return set()
    reencryption = Reencryption(cipher)
    for value in values:
        reencryption.pair(value)
    return reencryption.unreadable


def _counts(services: Services, unreadable: Iterable[str] = ()) -> dict[str, dict[str, int]]:
    """How many ciphertexts of each key each place has."""
    counts: dict[str, dict[str, int]] = {}
    for place, key_id, count in key_counts(services.client, unreadable):
        counts.setdefault(key_id, {})[place] = count
    for place, text in _stored_texts(services):
        for match in ENCRYPTED.finditer(text):
            own = counts.setdefault(match["key_id"], {})
            own[place] = own.get(place, 0) + 1
    return counts


def _stored_texts(services: Services) -> Iterator[tuple[str, str]]:
    database = services.database
    for entry in database[ERASURES].find({"_id": HASH_KEY}):
        yield "erasures", str(entry["text"])
    for reject in rejects.with_encrypted_positions(database):
        yield "rejected_documents", str(reject["position"])


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


def _offsets(services: Services) -> int:
    """The messages of RAW, each once."""
    return int(scalar(services.client, statement_of("rotation/message_count")))


def _messages_with(services: Services, topics: Iterable[Topic], key_id: str, unreadable: Iterable[str]) -> Counter[str]:
    ciphertext = re.compile(f"{PREFIX}{key_id}:[a-z2-7]+".encode())
    none = {text.encode() for text in unreadable}
    watermarks = services.kafka.administration().watermarks(topics)
    return Counter(
        str(message.topic())
        for message in services.kafka.read(watermarks)
        if not none.issuperset(ciphertext.findall((message.key() or b"") + b" " + (message.value() or b"")))
    )
