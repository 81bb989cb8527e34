"""The asset of the document store: the four collections, brought up to date with landing."""

import time

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pace import pace_reported
from shop_assets.coordination.pools import INGEST
from shop_assets.document_store import metadata
from shop_assets.document_store.erased_customers import moment_rules
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS
from shop_assets.documents.moments import MomentRules
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    DOCUMENT_STORE_GROUP,
    MONGO_COLLECTIONS,
    RAW_JSON,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """Build the asset `mongo_collections`.

    Args:
        settings: How times of documents are read.

    Returns:
        The asset.
    """
    return [_build_asset(moment_rules(settings))]


def _build_asset(moments: MomentRules) -> AssetsDefinition:
    @asset(
        key=MONGO_COLLECTIONS,
        deps=list(RAW_JSON.values()),
        group_name=DOCUMENT_STORE_GROUP,
        owners=OWNERS,
        kinds={"mongodb"},
        pool=INGEST,
    )
    def mongo_collections(
        context: AssetExecutionContext,
        mongo: MongoResource,
        object_store: ObjectStoreResource,
        pii: PersonalDataResource,
    ) -> MaterializeResult[None]:
        """The documents in MongoDB, one collection per kind, under their natural ids, unchanged. Only new and changed
        objects are read; documents that the collections lost are read again. A document that does not parse or has the
        wrong shape is stored in the collection rejected_documents with the reason.
        """
        begun = time.monotonic()
        with (
            mongo.connect() as database,
            ingestion_lease(database, MONGO_COLLECTIONS.to_user_string(), context.run_id, context.log.warning) as lease,
            pace_reported(context.log.info),
        ):
            results = load_landing(database, object_store.landing(), writer=lease, cipher=pii.cipher(), moments=moments)
            for result in results.values():
                _warn_of_disagreements(context, result)
                _warn_of_undelivered(context, result)
                _warn_of_missing_pages(context, result)
            counts = {kind.name: database[kind.name].estimated_document_count() for kind in KINDS}
            sample = metadata.sample(database, results)
        return MaterializeResult(metadata=metadata.of_loads(results, counts, sample, time.monotonic() - begun))

    return mongo_collections


def _warn_of_disagreements(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.disagreeing_count:
        context.log.warning(
            "%s %s are there several times, in files that disagree or with other lines, %s for example: the newest one "
            "counts.",
            f"{result.disagreeing_count:,}",
            result.kind,
            ", ".join(sorted(result.disagreeing)),
        )


def _warn_of_undelivered(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.undelivered_count:
        context.log.warning(
            "%s %s have ids that no file yields since the rules changed, %s for example: they stay in MongoDB until "
            "you delete them (docs/mapping.md).",
            f"{result.undelivered_count:,}",
            result.kind,
            ", ".join(sorted(result.undelivered)),
        )


def _warn_of_missing_pages(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.missing_pages:
        context.log.warning(
            "Pages of %s name more than this run read: %s. Deliver the others if they are still missing.",
            result.kind,
            result.missing_pages,
        )
