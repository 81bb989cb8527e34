"""The asset of the topics: every change of the collections as an acknowledged message."""

import time

from dagster import AssetExecutionContext, AssetsDefinition, Config, MaterializeResult
from pydantic import Field

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pools import INGEST
from shop_assets.coordination.progress import progress_reported
from shop_assets.document_store.resource import MongoResource
from shop_assets.orchestration.asset_keys import (
    KAFKA_TOPICS_LOADED,
    MONGO_COLLECTIONS,
    TOPICS_GROUP,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings
from shop_assets.topics.administration import total_messages
from shop_assets.topics.change_capture import DocumentSource, Mode, capture_changes
from shop_assets.topics.metadata import capture_metadata
from shop_assets.topics.resource import KafkaResource


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
            progress_reported(context.log.info),
        ):
            result = capture_changes(DocumentSource(database, kafka, pii.cipher()), config.mode, lease, workers)
        watermarks = kafka.administration().watermarks(kafka.ensure_topics().values())
        totals = {topic.topic: total_messages(watermarks, topic.topic) for topic in result.topics.values()}
        return MaterializeResult(metadata=capture_metadata(result, totals, time.monotonic() - begun))

    return kafka_topics_loaded
