"""Which keys are in use: what each key of the ring does, what is stored under it, and whether it may be retired."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import ERASURES, KNOWN_KEYS
from shop_assets.document_store.erasure_hash_key import HASH_KEY
from shop_assets.key_rotation.errors import RotationError
from shop_assets.key_rotation.reencryption import MOST_UNREADABLE, Reencryption
from shop_assets.key_rotation.warehouse_move import key_counts
from shop_assets.language.counts import counted
from shop_assets.personal_data.cipher import ENCRYPTED, PREFIX
from shop_assets.services import Services
from shop_assets.topics.known_keys import known_keys
from shop_assets.topics.specification import Topic
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import column


@dataclass(frozen=True)
class KeyUse:
    """A key: what it does, since when, and how many ciphertexts each place has of it."""

    key_id: str
    state: str
    fingerprint: str
    first_used_at: datetime | None
    ciphertexts: Mapping[str, int]


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


def _messages_with(services: Services, topics: Iterable[Topic], key_id: str, unreadable: Iterable[str]) -> Counter[str]:
    ciphertext = re.compile(f"{PREFIX}{key_id}:[a-z2-7]+".encode())
    none = {text.encode() for text in unreadable}
    watermarks = services.kafka.administration().watermarks(topics)
    return Counter(
        str(message.topic())
        for message in services.kafka.read(watermarks)
        if not none.issuperset(ciphertext.findall((message.key() or b"") + b" " + (message.value() or b"")))
    )
