"""The services that a document passes on its way to MART, for what concerns all of them, such as an erasure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.document_store.loads.preparation import moment_rules
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import Document
from shop_assets.documents.moments import UTC_RULES, MomentRules
from shop_assets.object_store.resource import ObjectStoreResource, object_store_resource
from shop_assets.personal_data.resource import PersonalDataResource, personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.mart.reading_rules import reading_rules
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations


@dataclass(frozen=True)
class Services:
    """Connections to MongoDB and ClickHouse, S3 and Kafka for when they are used, and how times are read."""

    object_store: ObjectStoreResource
    database: Database[Document]
    kafka: KafkaResource
    pii: PersonalDataResource
    client: Client
    moments: MomentRules = UTC_RULES

    @property
    def source(self) -> DocumentSource:
        """What change capture sends from, and to."""
        return DocumentSource(self.database, self.kafka, self.pii.cipher())


@contextmanager
def connect(settings: Settings) -> Iterator[Services]:
    """Connect to MongoDB and ClickHouse for the length of the block, and migrate the warehouse.

    Args:
        settings: The services.

    Yields:
        The services.

    Raises:
        ShopError: A service does not respond, or refuses.
    """
    with mongo_resource(settings).connect() as database, clickhouse_resource(settings).client() as client:
        apply_migrations(client, settings.clickhouse_cluster, reading_rules(settings))
        yield Services(
            object_store_resource(settings),
            database,
            kafka_resource(settings),
            personal_data_resource(settings),
            client,
            moment_rules(settings),
        )
