"""The checks of the document store: how many documents are open rejects of MongoDB or Kafka, and open erasures."""

from typing import Any

from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, MetadataValue

from shop_assets.document_store.erased_customers import interrupted_numbers
from shop_assets.document_store.rejects import count_by_reason
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS
from shop_assets.orchestration import check_texts
from shop_assets.orchestration.asset_keys import (
    ERASURES_ARE_FINISHED,
    FEW_DOCUMENTS_ARE_REJECTED,
    MONGO_COLLECTIONS,
)
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.settings import Settings, variable


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """Build the checks.

    Args:
        settings: The largest share that passes.

    Returns:
        The checks.
    """
    limit = settings.maximum_rejected_share

    @asset_check(
        asset=MONGO_COLLECTIONS,
        name=FEW_DOCUMENTS_ARE_REJECTED,
        description=f"At most {check_texts.percent(limit)} of the documents are open rejects; "
        f"{variable('maximum_rejected_share')} changes the limit. The reasons are in the metadata; the documents "
        "are in the collection rejected_documents.",
    )
    def few_documents_are_rejected(mongo: MongoResource) -> AssetCheckResult:
        return _rejected(mongo, limit)

    @asset_check(
        asset=MONGO_COLLECTIONS,
        name=ERASURES_ARE_FINISHED,
        description="No erasure of a customer is left unfinished. Until it is finished, nothing more of the customer "
        "is loaded, and what was stored before is still there; `shop run` and `shop pii erase` finish it.",
    )
    def erasures_are_finished(mongo: MongoResource) -> AssetCheckResult:
        return _interrupted(mongo)

    return [few_documents_are_rejected, erasures_are_finished]


def _interrupted(mongo: MongoResource) -> AssetCheckResult:
    with mongo.connect() as database:
        numbers = interrupted_numbers(database)
    return AssetCheckResult(
        passed=not numbers,
        severity=AssetCheckSeverity.WARN,
        description=check_texts.unfinished_erasures(numbers) if numbers else "all are finished",
        metadata={"not finished": MetadataValue.int(len(numbers))},
    )


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
