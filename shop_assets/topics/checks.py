"""The checks of the topics: no personal data in the clear, a message for every document, and Kafka's settings."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import orjson
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, MetadataValue

from shop_assets.document_store import rejects
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS
from shop_assets.language.counts import counted
from shop_assets.orchestration.asset_keys import (
    EVERY_DOCUMENT_HAS_A_MESSAGE,
    KAFKA_TOPICS_LOADED,
    NO_PERSONAL_DATA_IN_THE_CLEAR,
    PERSONAL_DATA_IS_IN_ITS_FIELDS,
    TOPICS_HAVE_THEIR_SETTINGS,
)
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.personal_data.clear_text import (
    encrypted_elsewhere,
    fields_in_the_clear,
    possible_phones,
    undecryptable_fields,
)
from shop_assets.personal_data.personal_values import is_personal_id
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings
from shop_assets.topics.administration import total_messages
from shop_assets.topics.reading import newest
from shop_assets.topics.resource import KafkaResource

NEWEST: Final = 100
"""Messages of each partition that are checked: a second's work, whatever the topics hold."""

SHOWN: Final = 5
"""Fields that a description names."""

MESSAGE_KEY: Final = "key of the message"
NO_DOCUMENT: Final = "not a JSON object"


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:  # noqa: ARG001  # every stage builds from settings
    """Build the checks: of encryption, of the fields with personal data, of completeness, and of Kafka's settings.

    Args:
        settings: Unused; every stage is built from settings.

    Returns:
        The four checks.
    """
    return [
        no_personal_data_in_the_clear,
        personal_data_is_in_its_fields,
        every_document_has_a_message,
        topics_have_their_settings,
    ]


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    name=NO_PERSONAL_DATA_IN_THE_CLEAR,
    blocking=True,
)
def no_personal_data_in_the_clear(kafka: KafkaResource, pii: PersonalDataResource) -> AssetCheckResult:
    """In the newest 100 messages of every partition each phone and e-mail is encrypted wherever it is, keys included;
    what is in the fields for them can be decrypted with SHOP_PII_KEYS; and each message is a JSON object.
    """
    cipher = pii.cipher()
    topics = kafka.ensure_topics()
    faults: Counter[tuple[str, str]] = Counter()
    ids = {topics[kind.name].name: kind.id_paths for kind in KINDS}
    checked = undecryptable = 0
    for message in kafka.read(newest(kafka.administration().watermarks(topics.values()), NEWEST)):
        checked += 1
        topic = message.topic() or ""
        document = _document(message.value() or b"{}")
        paths = [NO_DOCUMENT] if document is None else list(fields_in_the_clear(document, cipher, ids[topic]))
        faults.update((topic, path) for path in paths)
        if is_personal_id((message.key() or b"").decode(errors="replace")) and message.value() is not None:
            faults[topic, MESSAGE_KEY] += 1
        if paths:  # what cannot be decrypted is among them
            undecryptable += sum(1 for _ in undecryptable_fields(document or {}, cipher))
    # No offsets and no values: readers of this may not be allowed to see them.
    rows: list[dict[str, Any]] = [
        {"topic": topic, "field": path, "messages": count} for (topic, path), count in faults.items()
    ]
    return AssetCheckResult(
        passed=not faults,
        severity=AssetCheckSeverity.ERROR,
        description=_describe(faults, checked, undecryptable),
        metadata={"messages": MetadataValue.int(checked), "in the clear": sample_table(rows)},
    )


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    name=PERSONAL_DATA_IS_IN_ITS_FIELDS,
    blocking=False,
)
def personal_data_is_in_its_fields(kafka: KafkaResource) -> AssetCheckResult:
    """In the newest 100 messages of every partition no phone or e-mail had to be encrypted outside the fields that the
    documents have for them, and no number that is not encrypted, such as a card's, could be a mobile phone.
    """
    topics = kafka.ensure_topics()
    kinds = {topics[kind.name].name: kind for kind in KINDS}
    elsewhere: Counter[tuple[str, str]] = Counter()
    clear: Counter[tuple[str, str]] = Counter()
    for message in kafka.read(newest(kafka.administration().watermarks(topics.values()), NEWEST)):
        kind = kinds[message.topic() or ""]
        document = _document(message.value() or b"{}") or {}
        elsewhere.update((kind.name, path) for path in encrypted_elsewhere(document, kind.personal_paths))
        clear.update((kind.name, path) for path in possible_phones(document))
    text = f"{counted(elsewhere.total(), 'phone or e-mail', 'phones and e-mails')} in other fields{_named(elsewhere)}"
    if clear:
        could = ("number that is not encrypted could be a phone", "numbers that are not encrypted could be phones")
        text += f"; {counted(clear.total(), *could)}{_named(clear)}"
    rows = [
        {"kind": kind, "field": path, "values": count, "encrypted": "yes" if counts is elsewhere else "no"}
        for counts in (clear, elsewhere)
        for (kind, path), count in counts.most_common()
    ]
    return AssetCheckResult(
        passed=not rows,
        severity=AssetCheckSeverity.WARN,
        description=text,
        metadata={"fields": sample_table(rows)},
    )


def _named(counts: Counter[tuple[str, str]]) -> str:
    """The fields that a description names."""
    paths = ", ".join(f"{kind}.{path}" for (kind, path), _ in counts.most_common(SHOWN))
    return f": {paths}" if paths else ""


def _document(value: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _describe(faults: Mapping[tuple[str, str], int], checked: int, undecryptable: int) -> str:
    others = sorted({topic for topic, path in faults if path == NO_DOCUMENT})
    values = sum(count for (_, path), count in faults.items() if path != NO_DOCUMENT)
    text = f"{counted(values - undecryptable, 'unencrypted value')} in {counted(checked, 'message')} checked"
    if undecryptable:
        text = (
            f"{text}; {undecryptable} encrypted with a key that SHOP_PII_KEYS does not have: restore the key ring or, "
            "if the key is lost, run `shop topics recreate` and then `shop run`, which sends every document again"
        )
    if not others:
        return text
    return (
        f"{text}; messages of {', '.join(others)} are not JSON objects: stop every writer other than "
        f"{KAFKA_TOPICS_LOADED.to_user_string()}, and run `shop topics recreate`: the next run fills the topic again"
    )


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    name=EVERY_DOCUMENT_HAS_A_MESSAGE,
    blocking=False,
)
def every_document_has_a_message(mongo: MongoResource, kafka: KafkaResource) -> AssetCheckResult:
    """Every topic was sent at least as many messages as its collection has documents that Kafka accepts."""
    topics = kafka.ensure_topics()
    watermarks = kafka.administration().watermarks(topics.values())
    with mongo.connect() as database:
        documents = {kind.name: database[kind.name].estimated_document_count() for kind in KINDS}
        rejected = {kind.name: rejects.count_open(database, rejects.collection_key(kind)) for kind in KINDS}
    messages = {kind: total_messages(watermarks, topic.name) for kind, topic in topics.items()}
    rows: list[dict[str, Any]] = [
        {"topic": topics[kind].name, "messages": messages[kind], "documents": count, "rejected": rejected[kind]}
        for kind, count in documents.items()
    ]
    return AssetCheckResult(
        passed=all(messages[kind] >= count - rejected[kind] for kind, count in documents.items()),
        severity=AssetCheckSeverity.ERROR,
        description=f"{counted(sum(messages.values()), 'message')} for {counted(sum(documents.values()), 'document')}",
        metadata={"topics": sample_table(rows)},
    )


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    name=TOPICS_HAVE_THEIR_SETTINGS,
    blocking=False,
)
def topics_have_their_settings(kafka: KafkaResource) -> AssetCheckResult:
    """Every topic has the partitions, replicas and settings with which no message is lost before RAW has read it."""
    names = [topic.name for topic in kafka.ensure_topics().values()]
    specification = kafka.specification()
    # Described again, because `ensure_topics` may just have altered them.
    topics = kafka.administration().describe(names)
    found = [difference for topic in topics.values() for difference in specification.differences(topic)]
    return AssetCheckResult(
        passed=not found,
        severity=AssetCheckSeverity.WARN,
        description="; ".join(
            f"{difference.topic}: {difference.setting} is {difference.actual}, needed {difference.needed}"
            for difference in found
        )
        or f"{counted(len(topics), 'topic has', 'topics have')} what the pipeline needs",
        metadata={"differences": sample_table([asdict(difference) for difference in found])},
    )
