"""The assets of the warehouse: RAW, filled from the topics, and MART, filled by views and reconciled with RAW."""

import time
from datetime import UTC, datetime
from typing import Final

from dagster import AssetExecutionContext, AssetsDefinition, Config, DataVersion, MaterializeResult
from pydantic import Field

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pools import INGEST
from shop_assets.coordination.progress import progress_reported
from shop_assets.document_store.resource import MongoResource
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    CLICKHOUSE_RAW,
    KAFKA_TOPICS_LOADED,
    WAREHOUSE_GROUP,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.comparison.document_repair import repair_documents
from shop_assets.warehouse.mart.future_rejects import retry_due_rejects
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.metadata import mart_metadata, raw_metadata, repair_metadata
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.statements.migrations import apply_migrations

ANY_CONTENT: Final = DataVersion("of any content")
"""The version of the MART in Dagster, always the same. Each ingest adds purchases of the latest days alone, and a new
version would mark every published day as out of date. Whether the inputs of a day changed is decided by its fingerprint
(`features/daily_matrix.py`), and the check `purchases_are_on_time` names days that late purchases changed."""


class IngestionConfig(Config):
    """Run configuration of the ingestion."""

    accept_missing_offsets: bool = Field(
        False, description="Continue past messages that Kafka no longer has, and record them as lost."
    )


class ReconciliationConfig(Config):
    """Run configuration of the reconciliation."""

    full: bool = Field(
        False, description="Compare all of RAW and every document of MongoDB, not only what changed since last time."
    )


def build_assets(settings: Settings) -> list[AssetsDefinition]:  # noqa: ARG001  # every stage builds from settings
    """The assets `clickhouse_raw` and `clickhouse_mart`."""
    return [clickhouse_raw, clickhouse_mart]


@asset(
    key=CLICKHOUSE_RAW,
    deps=[KAFKA_TOPICS_LOADED],
    group_name=WAREHOUSE_GROUP,
    owners=OWNERS,
    kinds={"clickhouse", "kafka"},
    pool=INGEST,
)
def clickhouse_raw(
    context: AssetExecutionContext,
    config: IngestionConfig,
    mongo: MongoResource,
    kafka: KafkaResource,
    clickhouse: ClickHouseResource,
) -> MaterializeResult[None]:
    """Every message of the topics once, unchanged, in `raw.*`: append only, by Kafka's offsets."""
    started = time.monotonic()
    with (
        mongo.connect() as database,
        ingestion_lease(database, CLICKHOUSE_RAW.to_user_string(), context.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
        progress_reported(context.log.info),
    ):
        changed = apply_migrations(client, clickhouse.cluster, clickhouse.rules)
        if changed:
            context.log.info("applied %s", ", ".join(changed))
        results = ingest_topics(
            client,
            kafka,
            accept_missing=config.accept_missing_offsets,
            guard=lease.check,
            notify=context.log.warning,
        )
        return MaterializeResult(metadata=raw_metadata(client, results, time.monotonic() - started))


@asset(
    key=CLICKHOUSE_MART,
    deps=[CLICKHOUSE_RAW],
    group_name=WAREHOUSE_GROUP,
    owners=OWNERS,
    kinds={"clickhouse", "sql"},
    pool=INGEST,
)
def clickhouse_mart(
    context: AssetExecutionContext,
    config: ReconciliationConfig,
    mongo: MongoResource,
    kafka: KafkaResource,
    pii: PersonalDataResource,
    clickhouse: ClickHouseResource,
) -> MaterializeResult[None]:
    """Clean stores, products, customers and purchases in `mart.*`, each id once, and `mart.rejects` with reasons.

    Materialized views fill MART while RAW is written; this asset compares it with RAW and repairs it. Documents that
    were rejected for a date in the future are judged again when that date has come. Documents that were lost between
    MongoDB and RAW are published again.
    """
    started = time.monotonic()
    with (
        mongo.connect() as database,
        ingestion_lease(database, CLICKHOUSE_MART.to_user_string(), context.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
    ):
        # A MART that was dropped is created and filled again.
        apply_migrations(client, clickhouse.cluster, clickhouse.rules)
        results = reconcile(client, full=config.full, guard=lease.check)
        source = DocumentSource(database, kafka, pii.cipher())
        retried = retry_due_rejects(client, source, datetime.now(UTC), lease)
        repair = repair_documents(client, source, datetime.now(UTC), lease, full=config.full)
        metadata = mart_metadata(client, results, time.monotonic() - started)
        return MaterializeResult(
            metadata=metadata | {"judged_again": retried} | repair_metadata(repair),
            data_version=ANY_CONTENT,
        )
