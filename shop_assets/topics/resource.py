"""Kafka as a Dagster resource."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final

from confluent_kafka import Consumer, Message, Producer
from confluent_kafka.admin import AdminClient
from dagster import ConfigurableResource, ResourceDependency
from pydantic import Field, SecretStr

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.settings import Settings
from shop_assets.topics.administration import TopicAdministration, TopicPartitionKey, Watermarks
from shop_assets.topics.reading import CHECK_GROUP, read_ranges
from shop_assets.topics.sending import DELIVERY_TIMEOUT_MS
from shop_assets.topics.specification import MAXIMUM_MESSAGE_BYTES, Topic, TopicSpecification

QUEUE_KIB: Final = 64 * 1024
"""The producer's queue. When it is full, sending waits, so that memory is bounded."""

CLIENT_LOGGER: Final = logging.getLogger("shop_assets.topics.librdkafka")
# The library logs every lost connection, though it reconnects on its own. Add a handler to this logger to see them;
# without this one Python would print them to stderr.
CLIENT_LOGGER.addHandler(logging.NullHandler())


class KafkaResource(ConfigurableResource[None]):
    """The cluster of the topics, and how topics are named and created.

    The password is a dependency and not configuration: Dagster stores configuration in its database.
    """

    bootstrap_servers: str = Field(description="host:port of one or more brokers.")
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-512"
    username: str | None = None
    password: ResourceDependency[SecretStr]
    ca_file: str | None = None
    topic_prefix: str = Field(description="Prefix of topic names; the kind follows.")
    partitions: int
    replication_factor: int
    retention_hours: int
    cleanup_policy: str

    def topic_name(self, kind: DocumentKind) -> str:
        """Name the topic of a kind.

        Args:
            kind: The kind.

        Returns:
            For example `shop.stores`.
        """
        return f"{self.topic_prefix}{kind.name}"

    def administration(self) -> TopicAdministration:
        """Connect for requests about topics.

        Returns:
            An administration with a client of its own.
        """
        client = AdminClient(self._configuration(), logger=CLIENT_LOGGER)
        return TopicAdministration(client, self.bootstrap_servers)

    def specification(self) -> TopicSpecification:
        """Gather what the settings require of a topic.

        Returns:
            The specification.
        """
        return TopicSpecification(self.partitions, self.replication_factor, self.retention_hours, self.cleanup_policy)

    def ensure_topics(self) -> dict[str, Topic]:
        """Create those of the four topics that are missing, with the settings' configuration.

        Returns:
            The four topics by the kind's name.
        """
        topics = self.administration().ensure([self.topic_name(kind) for kind in KINDS], self.specification())
        return {kind.name: topics[self.topic_name(kind)] for kind in KINDS}

    def producer(self, **more: Any) -> Producer:
        """Build an idempotent producer: an acknowledged message is on all in-sync replicas, once and in order.

        Args:
            more: Further librdkafka settings, which win.

        Returns:
            The producer.
        """
        configuration = self._configuration() | {
            "enable.idempotence": True,
            "acks": "all",
            "compression.type": "zstd",
            "linger.ms": 50,  # batches compress and travel better; flush() does not wait for it
            "delivery.timeout.ms": DELIVERY_TIMEOUT_MS,
            "queue.buffering.max.kbytes": QUEUE_KIB,
            "message.max.bytes": MAXIMUM_MESSAGE_BYTES,
        }
        return Producer(configuration | more, logger=CLIENT_LOGGER)

    def consumer(self, group_id: str, **more: Any) -> Consumer:
        """Build a consumer that begins at the oldest message and commits nothing on its own.

        Args:
            group_id: The consumer group.
            more: Further librdkafka settings, which win.

        Returns:
            The consumer; the caller closes it.
        """
        configuration = self._configuration() | {
            "group.id": group_id,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
        return Consumer(configuration | more, logger=CLIENT_LOGGER)

    def read(self, ranges: Mapping[TopicPartitionKey, Watermarks]) -> Iterator[Message]:
        """Read ranges of offsets.

        Args:
            ranges: The ranges [low, high) by topic name and partition.

        Returns:
            The messages, in order within a partition. Iterating raises `TopicsError` when the broker does not deliver.
        """
        return read_ranges(self.consumer(CHECK_GROUP), ranges, self.bootstrap_servers)

    def _configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": "shop_assets",
            "security.protocol": self.security_protocol,
        }
        if self.security_protocol.startswith("SASL"):
            configuration |= {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.username": self.username,
                "sasl.password": self.password.get_secret_value(),
            }
        if self.ca_file:
            configuration["ssl.ca.location"] = self.ca_file
        return configuration


def kafka_resource(settings: Settings) -> KafkaResource:
    """Build the resource from the settings.

    Args:
        settings: The `SHOP_KAFKA_` variables.

    Returns:
        The resource; nothing is contacted yet.
    """
    return KafkaResource(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        security_protocol=settings.kafka_security_protocol,
        sasl_mechanism=settings.kafka_sasl_mechanism,
        username=settings.kafka_username,
        password=settings.kafka_password or SecretStr(""),
        ca_file=str(settings.kafka_ca_file) if settings.kafka_ca_file else None,
        topic_prefix=settings.kafka_topic_prefix,
        partitions=settings.kafka_partitions,
        replication_factor=settings.kafka_replication_factor,
        retention_hours=settings.kafka_retention_hours,
        cleanup_policy=settings.kafka_cleanup_policy,
    )
