"""The assets of the warehouse: RAW, filled from the topics, and MART, filled by views and reconciled with RAW."""

import time
from collections.abc import Mapping
from typing import Final

from clickhouse_connect.driver.client import Client
from dagster import AssetExecutionContext, AssetsDefinition, Config, MaterializeResult, MetadataValue, asset
from pydantic import Field

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pools import INGEST
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import DocumentKind
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, CLICKHOUSE_RAW, KAFKA_TOPICS_LOADED
from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    OWNERS,
    ROW_COUNT,
    SAMPLE,
    RawMetadataValue,
    column_schema,
    sample_table,
    stage_metadata,
)
from shop_assets.orchestration.retries import retry_transient
from shop_assets.settings import Settings
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse import mart_columns
from shop_assets.warehouse.ingestion import IngestionReport
from shop_assets.warehouse.mart_summary import mart_summary
from shop_assets.warehouse.migrations import apply_migrations
from shop_assets.warehouse.query_execution import fetch_rows
from shop_assets.warehouse.reconciliation import ReconciliationReport, reconcile
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.samples import column_types, raw_sample, store_sample
from shop_assets.warehouse.topic_ingestion import ingest_topics

GROUP_NAME: Final = "warehouse"


class IngestionConfig(Config):
    """How a run reads the topics."""

    accept_missing_offsets: bool = Field(
        False, description="Continue past messages that Kafka no longer has, and record them as lost."
    )


class ReconciliationConfig(Config):
    """How a run compares MART with RAW."""

    full: bool = Field(False, description="Compare all of RAW, not only what arrived since the last comparison.")


def build_assets(settings: Settings) -> list[AssetsDefinition]:  # noqa: ARG001  # every stage builds from settings
    """The assets `clickhouse_raw` and `clickhouse_mart`."""
    return [clickhouse_raw, clickhouse_mart]


@asset(
    key=CLICKHOUSE_RAW,
    deps=[KAFKA_TOPICS_LOADED],
    group_name=GROUP_NAME,
    owners=OWNERS,
    kinds={"clickhouse", "kafka"},
    pool=INGEST,
)
@retry_transient
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
    ):
        changed = apply_migrations(client, clickhouse.cluster)
        if changed:
            context.log.info("applied %s", ", ".join(changed))
        reports = ingest_topics(
            client,
            kafka,
            accept_missing=config.accept_missing_offsets,
            guard=lease.check,
            notify=context.log.warning,
        )
        return MaterializeResult(metadata=_raw_metadata(client, reports, time.monotonic() - started))


@asset(
    key=CLICKHOUSE_MART,
    deps=[CLICKHOUSE_RAW],
    group_name=GROUP_NAME,
    owners=OWNERS,
    kinds={"clickhouse", "sql"},
    pool=INGEST,
)
@retry_transient
def clickhouse_mart(
    context: AssetExecutionContext, config: ReconciliationConfig, mongo: MongoResource, clickhouse: ClickHouseResource
) -> MaterializeResult[None]:
    """Clean stores, products, customers and purchases in `mart.*`, each id once, and `mart.rejects` with reasons.

    Materialized views fill MART while RAW is written; this asset compares it with RAW and repairs it.
    """
    started = time.monotonic()
    with (
        mongo.connect() as database,
        ingestion_lease(database, CLICKHOUSE_MART.to_user_string(), context.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
    ):
        apply_migrations(client, clickhouse.cluster)  # a MART that was dropped is created and filled again
        reports = reconcile(client, full=config.full, guard=lease.check)
        return MaterializeResult(metadata=_mart_metadata(client, reports, time.monotonic() - started))


def _raw_metadata(
    client: Client, reports: Mapping[DocumentKind, IngestionReport], seconds: float
) -> dict[str, RawMetadataValue]:
    rows = {row["kind"]: row for row in fetch_rows(client, "raw_documents")}
    tables: list[dict[str, object]] = [
        {
            "table": f"raw.{kind.name}",
            "rows": rows.get(kind.name, {}).get("messages", 0),
            "documents": rows.get(kind.name, {}).get("documents", 0),
            "new rows": report.messages,
            "deletions": report.tombstones,
            "blocks": report.blocks,
            "bytes": report.bytes,
        }
        for kind, report in reports.items()
    ]
    messages = sum(report.messages for report in reports.values())
    gaps = fetch_rows(client, "accepted_gaps")
    return stage_metadata(
        rows_in=messages,
        rows_out=messages,
        rejected=0,
        seconds=seconds,
        bytes=sum(report.bytes for report in reports.values()),
        tables=sample_table(tables),
        accepted_gaps=sample_table(gaps) if gaps else MetadataValue.md("none"),
    ) | {
        ROW_COUNT: sum(int(row["messages"]) for row in rows.values()),
        SAMPLE: sample_table(raw_sample(client)),
        COLUMN_SCHEMA: column_schema(column_types(client, "raw.purchases")),
    }


def _mart_metadata(
    client: Client, reports: Mapping[DocumentKind, ReconciliationReport], seconds: float
) -> dict[str, RawMetadataValue]:
    rows = {row["kind"]: row for row in fetch_rows(client, "mart_documents")}
    shown = sum(int(row["documents"]) for row in rows.values())
    rejected = sum(int(row["rejected"]) for row in rows.values())
    tables: list[dict[str, object]] = [
        {
            "view": f"mart.{kind.name}",
            "documents": rows[kind.name]["documents"],
            "rejected": rows[kind.name]["rejected"],
            "compared with RAW": report.compared,
            "repaired": report.repaired_rows + report.repaired_rejects,
        }
        for kind, report in reports.items()
    ]
    return stage_metadata(
        rows_in=shown + rejected,
        rows_out=shown,
        rejected=rejected,
        seconds=seconds,
        views=sample_table(tables),
        rejected_by_reason=MetadataValue.json(
            {f"{row['kind']}: {row['reason']}": row["documents"] for row in fetch_rows(client, "rejects_by_reason")}
        ),
        repaired=sum(report.repaired_rows + report.repaired_rejects for report in reports.values()),
    ) | {
        ROW_COUNT: shown,
        SAMPLE: sample_table(store_sample(client)),
        COLUMN_SCHEMA: column_schema(
            {
                f"{view}.{name}": type_name
                for view in mart_columns.COLUMNS
                for name, type_name in column_types(client, f"mart.{view}").items()
            },
            mart_columns.DESCRIPTIONS,
        ),
        **mart_summary(rows, fetch_rows(client, "purchases_by_day")),
    }
