"""A database and topics of the test's own, and what was sent to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.database import Database

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import CaptureResult, DocumentSource, Mode, capture_changes
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.writers import SoleWriter

Documents = Database[dict[str, Any]]
Capture = Callable[..., CaptureResult]

CIPHER = PersonalDataCipher({"k1": b"1" * 64})


@pytest.fixture
def kafka(settings: Settings) -> Iterator[KafkaResource]:
    kafka = kafka_resource(settings)
    yield kafka
    delete_topics(settings, *KINDS)


def customer(number: int, **more: object) -> dict[str, Any]:
    document_id = f"cus-{number}"
    return {
        "_id": document_id,
        "customer_id": document_id,
        "phone": "8 900 123 45 67",
        "email": "A@b.ru",
        "n": number,
    } | more


@dataclass(frozen=True)
class SentMessage:
    key: str
    value: bytes | None
    operation: str
    source_time: int


Read = Callable[[DocumentKind], list[SentMessage]]


def messages_with_key(messages: list[SentMessage], key: str) -> list[SentMessage]:
    """A key's messages, in their order (a key has one partition)."""
    return [message for message in messages if message.key == key]


@pytest.fixture
def read_topic(kafka: KafkaResource) -> Read:
    """All messages of a kind's topic, partition by partition, in order within each."""

    def read(kind: DocumentKind) -> list[SentMessage]:
        administration = kafka.administration()
        topic = administration.describe([kafka.topic_name(kind)])[kafka.topic_name(kind)]
        messages = []
        for message in kafka.read(administration.watermarks([topic])):
            headers = {name: bytes(value or b"").decode() for name, value in message.headers() or []}
            key = bytes(message.key() or b"").decode("utf-8", "surrogateescape")
            messages.append(SentMessage(key, message.value(), headers["operation"], int(headers["source_time"])))
        return messages

    return read


@pytest.fixture
def capture(database: Documents, kafka: KafkaResource) -> Capture:
    def run(mode: Mode = "incremental", cipher: PersonalDataCipher = CIPHER) -> CaptureResult:
        return capture_changes(DocumentSource(database, kafka, cipher), mode, SoleWriter(database.client))

    return run
