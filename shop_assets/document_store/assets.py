"""The asset of the document store: the four collections, brought up to date with landing."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, MetadataValue
from pymongo.database import Database

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.pace import pace_reported
from shop_assets.coordination.pools import INGEST
from shop_assets.document_store.erased_customers import moment_rules
from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KINDS, PURCHASES
from shop_assets.documents.moments import MomentRules
from shop_assets.language.counts import counted
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    DOCUMENT_STORE_GROUP,
    MONGO_COLLECTIONS,
    RAW_JSON,
)
from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    IN_MINUS_OUT,
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

_SHOWN_ROWS: Final = 20
"""The commonest rows of a table whose rows may be many."""


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
                _say_disagreements(context, result)
                _say_undelivered(context, result)
                _say_missing_pages(context, result)
            counts = {kind.name: database[kind.name].estimated_document_count() for kind in KINDS}
            sample = _sample(database, results)
        return MaterializeResult(metadata=_metadata(results, counts, sample, time.monotonic() - begun))

    return mongo_collections


def _say_disagreements(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.disagreeing_count:
        context.log.warning(
            "%s %s are there several times, in files that disagree or with other lines, %s for example: the newest one "
            "counts.",
            f"{result.disagreeing_count:,}",
            result.kind,
            ", ".join(sorted(result.disagreeing)),
        )


def _say_undelivered(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.undelivered_count:
        context.log.warning(
            "%s %s have ids that no file yields since the rules changed, %s for example: they stay in MongoDB until "
            "you delete them (docs/mapping.md).",
            f"{result.undelivered_count:,}",
            result.kind,
            ", ".join(sorted(result.undelivered)),
        )


def _say_missing_pages(context: AssetExecutionContext, result: LoadResult) -> None:
    if result.missing_pages:
        context.log.warning(
            "Pages of %s name more than this run read: %s. Deliver the others if they are still missing.",
            result.kind,
            result.missing_pages,
        )


def _metadata(
    results: Mapping[str, LoadResult], counts: Mapping[str, int], sample: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    return stage_metadata(
        rows_in=_total(results, "read"),
        rows_out=_total(results, "inserted") + _total(results, "replaced"),
        rejected=_total(results, "rejected"),
        seconds=seconds,
        bytes=_total(results, "bytes_read"),
        collections=sample_table([_row(result, counts[result.kind]) for result in results.values()]),
        **_counts(results),
        **_id_tables(results),
        **_reading_tables(results),
    ) | {
        ROW_COUNT: MetadataValue.int(sum(counts.values())),
        SAMPLE: sample_table(sample),
        COLUMN_SCHEMA: column_schema({"_id": "string, the natural id", "…": "the document, unchanged"}),
    }


def _counts(results: Mapping[str, LoadResult]) -> dict[str, Any]:
    """Why more documents were read than written, and the reasons of the rejects."""
    reasons = [
        {"kind": result.kind, "reason": reason, "documents": count}
        for result in results.values()
        for reason, count in result.reasons.most_common()
    ]
    rest = (
        f"{_total(results, 'unchanged'):,} unchanged",
        counted(_total(results, "duplicate_ids"), "copy of an id", "copies of an id"),
        f"{_total(results, 'erased'):,} of erased customers",
        f"{_total(results, 'rejected'):,} rejected",
    )
    return {
        "rejected_by_reason": sample_table(reasons) if reasons else MetadataValue.md("nothing was rejected"),
        "duplicate_ids": MetadataValue.int(_total(results, "duplicate_ids")),
        IN_MINUS_OUT: " + ".join(rest),
    }


def _id_tables(results: Mapping[str, LoadResult]) -> dict[str, Any]:
    """The ids that two files disagree on, and those that no file yields any more."""
    return {
        "documents_that_two_files_disagree_on": MetadataValue.int(_total(results, "disagreeing_count")),
        "ids_that_two_files_disagree_on": _table(
            ("kind", "id"), ((result.kind, name) for result in results.values() for name in sorted(result.disagreeing))
        ),
        "ids_no_longer_delivered": MetadataValue.int(_total(results, "undelivered_count")),
        "sample_of_ids_no_longer_delivered": _table(
            ("kind", "id"), ((result.kind, name) for result in results.values() for name in sorted(result.undelivered))
        ),
    }


def _reading_tables(results: Mapping[str, LoadResult]) -> dict[str, Any]:
    """How the documents were read, which pages are missing, and what the mapping did."""
    mappings = {f"{result.mapping} ({result.kind})" for result in results.values() if result.mapping}
    return {
        "readings": _table(
            ("kind", "reading", "documents"),
            ((result.kind, *row) for result in results.values() for row in result.readings.most_common(_SHOWN_ROWS)),
        ),
        "incomplete_pages": _table(
            ("kind", "delivered"),
            ((result.kind, result.missing_pages) for result in results.values() if result.missing_pages),
        ),
        "mapping_rules": _table(
            ("kind", "rule", "documents"),
            ((result.kind, *row) for result in results.values() for row in result.rules.most_common()),
        ),
        "mapping": ", ".join(sorted(mappings)),
    }


def _total(results: Mapping[str, LoadResult], name: str) -> int:
    return sum(int(getattr(result, name)) for result in results.values())


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> MetadataValue:
    listed = [dict(zip(columns, row, strict=True)) for row in rows]
    return sample_table(listed) if listed else MetadataValue.md("none")


def _row(result: LoadResult, documents: int) -> dict[str, object]:
    return {
        "collection": result.kind,
        "documents": documents,
        "read": result.read,
        "inserted": result.inserted,
        "replaced": result.replaced,
        "unchanged": result.unchanged,
        "duplicate ids": result.duplicate_ids,
        "two files disagree": result.disagreeing_count,
        "restored": result.restored,
        "kept deleted": result.deleted,
        "of erased customers": result.erased,
        "under a pseudonym": result.pseudonymised,
        "rejected": result.rejected,
        "objects read": result.objects_read,
        "objects unchanged": result.objects_skipped,
    }


def _sample(database: Database[dict[str, Any]], results: Mapping[str, LoadResult]) -> list[dict[str, Any]]:
    """A few purchases, by columns that hold no personal data."""
    columns = {"purchase_datetime": 1, "store.store_id": 1, "payment_method": 1, "total_amount": 1, "is_delivery": 1}
    found = database[PURCHASES.name].find({"_id": {"$in": results[PURCHASES.name].sample}}, columns)
    return [
        {
            "_id": document["_id"],
            "store_id": _shown(document.get("store"), "store_id"),
            **{name: _shown(document, name) for name in columns if "." not in name},
        }
        for document in found
    ]


def _shown(container: object, name: str) -> object:
    """A field that may be shown: an object or list where none belongs may hold personal data."""
    value = container.get(name) if isinstance(container, Mapping) else None
    return "…" if isinstance(value, Mapping | list) else value
