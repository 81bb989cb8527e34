"""The check of the document store: the share of documents that are open rejects of MongoDB or Kafka."""

from typing import Any

from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, MetadataValue

from shop_assets.document_store.rejects import count_by_reason
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS
from shop_assets.orchestration import check_texts
from shop_assets.orchestration.asset_keys import FEW_DOCUMENTS_ARE_REJECTED, MONGO_COLLECTIONS
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.settings import Settings, variable


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """Build the check of rejected documents.

    Args:
        settings: The largest share that passes.

    Returns:
        The check.
    """
    limit = settings.maximum_rejected_share

    @asset_check(
        asset=MONGO_COLLECTIONS,
        name=FEW_DOCUMENTS_ARE_REJECTED,
        description=f"At most {limit:.1%} of the documents are open rejects; "
        f"{variable('maximum_rejected_share')} changes the limit. The reasons are in the metadata; the documents "
        "are in the collection rejected_documents.",
    )
    def few_documents_are_rejected(mongo: MongoResource) -> AssetCheckResult:
        return _rejected(mongo, limit)

    return [few_documents_are_rejected]


def _rejected(mongo: MongoResource, limit: float) -> AssetCheckResult:
    with mongo.connect() as database:
        counts = count_by_reason(database)
        stored = sum(database[kind.name].estimated_document_count() for kind in KINDS)
    rejected = sum(reasons.total() for reasons in counts.values())
    share = rejected / (rejected + stored) if rejected else 0.0
    rows: list[dict[str, Any]] = [
        {"kind": kind, "reason": reason, "documents": count}
        for kind, reasons in sorted(counts.items())
        for reason, count in reasons.most_common()
    ]
    return AssetCheckResult(
        passed=share <= limit,
        severity=AssetCheckSeverity.WARN,
        description=check_texts.rejected(rejected, f"{stored:,} stored", share, limit),
        metadata={
            "rejected": MetadataValue.int(rejected),
            "stored": MetadataValue.int(stored),
            "share": MetadataValue.float(share),
            "reasons": sample_table(rows),
        },
    )
