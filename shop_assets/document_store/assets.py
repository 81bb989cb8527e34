"""The asset of the document store: the four collections, brought up to date with landing."""

import time

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pools import INGEST
from shop_assets.coordination.progress import progress_reported
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.loads.preparation import moment_rules
from shop_assets.document_store.metadata import load_metadata, sample_purchases
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
            progress_reported(context.log.info),
        ):
            results = load_landing(database, object_store.landing(), writer=lease, cipher=pii.cipher(), moments=moments)
            for result in results.values():
                for warning in result.warnings():
                    context.log.warning(warning)
            counts = {kind.name: database[kind.name].estimated_document_count() for kind in KINDS}
            sample = sample_purchases(database, results)
        return MaterializeResult(metadata=load_metadata(results, counts, sample, time.monotonic() - begun))

    return mongo_collections
