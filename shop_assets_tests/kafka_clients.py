"""Clients of the embedded broker: its users, without Dagster, whose import takes seconds; and its administrator."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka.admin import AdminClient

from shop_assets.documents.kinds import DocumentKind
from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.home import Home
from shop_assets.embedded.services.kafka_users import (
    PIPELINE,
    READER,
    ClientConfig,
    administrator_configuration,
    client_configuration,
)
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from shop_assets.topics.resource import KafkaResource

REQUEST_SECONDS: Final = 10
GONE_SECONDS: Final = 30
ACKNOWLEDGED_SECONDS: Final = 30


def as_pipeline(settings: Settings) -> ClientConfig:
    assert settings.kafka_password is not None
    return client_configuration(settings.kafka_bootstrap_servers, PIPELINE, settings.kafka_password.get_secret_value())


def as_reader(settings: Settings) -> ClientConfig:
    password = _credentials(settings).kafka_reader_password
    return client_configuration(settings.kafka_bootstrap_servers, READER, password)


def administrator(settings: Settings) -> AdminClient:
    """Who may delete what the pipeline may not."""
    return AdminClient(administrator_configuration(settings.kafka_bootstrap_servers, _credentials(settings)))


def delete_topics(settings: Settings, *kinds: DocumentKind) -> None:
    """Deletes those of the kinds' topics that exist, and waits until they are gone."""
    admin = administrator(settings)
    names = {f"{settings.kafka_topic_prefix}{kind.name}" for kind in kinds}
    if known := list(names & admin.list_topics(timeout=REQUEST_SECONDS).topics.keys()):
        for answer in admin.delete_topics(known).values():
            answer.result()
    deadline = time.monotonic() + GONE_SECONDS
    while names & admin.list_topics(timeout=REQUEST_SECONDS).topics.keys():
        assert time.monotonic() < deadline, f"{names} are not deleted"
        time.sleep(0.1)


def send_messages(kafka: "KafkaResource", kind: DocumentKind, *messages: Mapping[str, Any]) -> None:
    """Sends messages to a topic, as any program might; each has what `Producer.produce` takes besides the topic."""
    producer = kafka.producer()
    for message in messages:
        producer.produce(kafka.topic_name(kind), **message)
    assert producer.flush(ACKNOWLEDGED_SECONDS) == 0


def _credentials(settings: Settings) -> Credentials:
    return Credentials.load(Home(settings.home).credentials)
