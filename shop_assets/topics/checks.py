"""The checks of the topics: nothing personal in the clear, and no document without its message."""

from collections import Counter
from typing import Any, Final

import orjson
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, MetadataValue, asset_check

from shop_assets.asset_metadata import sample_table
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS
from shop_assets.settings import Settings
from shop_assets.topics.administration import total_messages
from shop_assets.topics.assets import KAFKA_TOPICS_LOADED
from shop_assets.topics.encryption import clear_fields
from shop_assets.topics.reading import newest
from shop_assets.topics.resource import KafkaResource, PersonalDataResource

NEWEST: Final = 100
"""Messages of each partition that are looked at: a second's work, whatever the topics hold."""


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:  # noqa: ARG001  # every stage builds from settings
    """The checks of encryption and of completeness."""
    return [no_personal_data_in_the_clear, every_document_has_a_message]


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    blocking=True,
)
def no_personal_data_in_the_clear(kafka: KafkaResource, pii: PersonalDataResource) -> AssetCheckResult:
    """In the newest 100 messages of every partition each phone and e-mail is encrypted, blank or null, and what
    is encrypted can be decrypted with SHOP_PII_KEYS.
    """
    cipher = pii.cipher()
    topics = kafka.ensure_topics()
    kinds = {topics[kind.name].name: kind for kind in KINDS}
    faults: Counter[tuple[str, str]] = Counter()
    looked_at = 0
    for message in kafka.read(newest(kafka.administration().watermarks(topics.values()), NEWEST)):
        looked_at += 1
        topic = message.topic() or ""
        document = orjson.loads(message.value() or b"{}")
        faults.update((topic, path) for path in clear_fields(kinds[topic], document, cipher))
    # No offsets and no values: whoever reads this may not be allowed to see them.
    rows: list[dict[str, Any]] = [
        {"topic": topic, "field": path, "messages": count} for (topic, path), count in faults.items()
    ]
    return AssetCheckResult(
        passed=not faults,
        severity=AssetCheckSeverity.ERROR,
        description=f"{len(rows)} kinds of field in the clear, in {looked_at} messages looked at",
        metadata={"messages": MetadataValue.int(looked_at), "in the clear": sample_table(rows)},
    )


@asset_check(
    asset=KAFKA_TOPICS_LOADED,
    blocking=False,
)
def every_document_has_a_message(mongo: MongoResource, kafka: KafkaResource) -> AssetCheckResult:
    """Every topic was ever given at least as many messages as its collection holds documents."""
    topics = kafka.ensure_topics()
    watermarks = kafka.administration().watermarks(topics.values())
    with mongo.connect() as database:
        documents = {kind.name: database[kind.name].estimated_document_count() for kind in KINDS}
    messages = {kind: total_messages(watermarks, topic.name) for kind, topic in topics.items()}
    rows: list[dict[str, Any]] = [
        {"topic": topics[kind].name, "messages": messages[kind], "documents": count}
        for kind, count in documents.items()
    ]
    return AssetCheckResult(
        passed=all(messages[kind] >= count for kind, count in documents.items()),
        severity=AssetCheckSeverity.ERROR,
        description=f"{sum(messages.values())} messages for {sum(documents.values())} documents",
        metadata={"topics": sample_table(rows)},
    )
