"""The asset of the topics: every change of the collections as an acknowledged message."""

import time
from typing import Any, Final

from dagster import AssetExecutionContext, AssetsDefinition, Config, MaterializeResult, MetadataValue
from pydantic import Field

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pace import pace_reported
from shop_assets.coordination.pools import INGEST
from shop_assets.document_store.resource import MongoResource
from shop_assets.orchestration.asset_keys import (
    KAFKA_TOPICS_LOADED,
    MONGO_COLLECTIONS,
    TOPICS_GROUP,
)
from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    OWNERS,
    ROW_COUNT,
    SAMPLE,
    column_schema,
    sample_table,
    stage_metadata,
)
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings
from shop_assets.topics.administration import total_messages
from shop_assets.topics.change_capture import CaptureResult, DocumentSource, Mode, capture_changes
from shop_assets.topics.resource import KafkaResource
from shop_assets.topics.sending import TopicResult

SHOWN_FIELDS: Final = 20
"""Fields with personal data that the metadata name for each kind."""


class CaptureConfig(Config):
    """The configuration of a run."""

    mode: Mode = Field(
        default="incremental",
        description="incremental: what changed since the last time; replay: every document again, changed or not.",
    )


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """Build the asset `kafka_topics_loaded`.

    Args:
        settings: How many processes make messages.

    Returns:
        The asset.
    """
    return [_build_asset(settings.workers)]


def _build_asset(workers: int) -> AssetsDefinition:
    @asset(
        key=KAFKA_TOPICS_LOADED,
        deps=[MONGO_COLLECTIONS],
        group_name=TOPICS_GROUP,
        owners=OWNERS,
        kinds={"kafka"},
        pool=INGEST,
    )
    def kafka_topics_loaded(
        context: AssetExecutionContext,
        config: CaptureConfig,
        mongo: MongoResource,
        kafka: KafkaResource,
        pii: PersonalDataResource,
    ) -> MaterializeResult[None]:
        """Every change of the collections as a message: key = id, value = the document as JSON with phone and e-mail
        encrypted, no value for a deleted one. The first run sends all documents, later runs what the change stream
        reports.
        """
        begun = time.monotonic()
        with (
            mongo.connect() as database,
            ingestion_lease(
                database, KAFKA_TOPICS_LOADED.to_user_string(), context.run_id, context.log.warning
            ) as lease,
            pace_reported(context.log.info),
        ):
            result = capture_changes(DocumentSource(database, kafka, pii.cipher()), config.mode, lease, workers)
        watermarks = kafka.administration().watermarks(kafka.ensure_topics().values())
        totals = {topic.topic: total_messages(watermarks, topic.topic) for topic in result.topics.values()}
        return MaterializeResult(metadata=_metadata(result, totals, time.monotonic() - begun))

    return kafka_topics_loaded


def _metadata(result: CaptureResult, totals: dict[str, int], seconds: float) -> dict[str, Any]:
    reasons = [
        {"kind": topic.kind, "reason": reason, "documents": count}
        for topic in result.topics.values()
        for reason, count in topic.reasons.most_common()
    ]
    elsewhere = [
        {"kind": topic.kind, "field": path, "values": count}
        for topic in result.topics.values()
        for path, count in topic.elsewhere.most_common(SHOWN_FIELDS)
    ]
    snapshots = [{"kind": kind, "reason": reason} for kind, reason in result.snapshots.items()]
    return stage_metadata(
        rows_in=result.sent + result.rejected,
        rows_out=result.sent,
        rejected=result.rejected,
        seconds=seconds,
        bytes=sum(topic.bytes for topic in result.topics.values()),
        topics=sample_table([_row(topic, totals[topic.topic]) for topic in result.topics.values()]),
        rejected_by_reason=sample_table(reasons) if reasons else MetadataValue.md("nothing was rejected"),
        personal_data_in_other_fields=sample_table(elsewhere) if elsewhere else MetadataValue.md("none"),
        snapshots=sample_table(snapshots) if snapshots else MetadataValue.md("nothing: only changes"),
    ) | {
        ROW_COUNT: MetadataValue.int(sum(totals.values())),
        SAMPLE: sample_table(result.sample),
        COLUMN_SCHEMA: column_schema(
            {
                "key": "string, the document's id",
                "value": "JSON, the document without _id; none for a deleted document",
                "header operation": "snapshot, insert, update, replace or delete",
                "header source_time": "decimal text of MongoDB's cluster time, seconds << 32 | increment",
            }
        ),
    }


def _row(topic: TopicResult, total: int) -> dict[str, object]:
    return {
        "topic": topic.topic,
        "total messages": total,
        "sent": topic.sent,
        "snapshot": topic.operations["snapshot"],
        "insert": topic.operations["insert"],
        "update": topic.operations["update"] + topic.operations["replace"],
        "delete (tombstones)": topic.tombstones,
        "values encrypted": topic.encrypted,
        "from cache": topic.from_cache,
        "not normalised": topic.not_normalised,
        "rejected": topic.rejected,
        "bytes": topic.bytes,
    }
