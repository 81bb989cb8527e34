"""Bringing to MART what was sent to the topics."""

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw.ingestion import ingest_topics


def bring_to_mart(client: Client, kafka: KafkaResource, guard: Guard) -> None:
    """Ingest what the topics have, and reconcile MART with RAW.

    Args:
        client: A client of the warehouse.
        kafka: The cluster and the names of the topics.
        guard: Called before each insert; what it raises ends the work.

    Raises:
        ShopError: A service failed; see the two functions.
    """
    ingest_topics(client, kafka, guard=guard)
    reconcile(client, guard=guard)
