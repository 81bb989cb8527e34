"""What Dagster shows of a load into the document store."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dagster import MetadataValue
from pymongo.database import Database

from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.documents.kinds import PURCHASES, Document
from shop_assets.language.counts import counted
from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    IN_MINUS_OUT,
    ROW_COUNT,
    SAMPLE,
    column_schema,
    sample_table,
    stage_metadata,
)

_SHOWN_ROWS: Final = 20
"""The commonest rows of a table whose rows may be many."""


def load_metadata(
    results: Mapping[str, LoadResult], counts: Mapping[str, int], shown: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """The metadata of a load.

    Args:
        results: What was loaded, by kind.
        counts: How many documents each collection has.
        shown: A sample of documents without personal data.
        seconds: How long it took.

    Returns:
        The metadata by name.
    """
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
        SAMPLE: sample_table(shown),
        COLUMN_SCHEMA: column_schema({"_id": "string, the natural id", "…": "the document, unchanged"}),
    }


def sample_purchases(database: Database[Document], results: Mapping[str, LoadResult]) -> list[dict[str, Any]]:
    """A few purchases that were loaded, by columns that hold no personal data.

    Args:
        database: The database of the collections.
        results: What was loaded, by kind.

    Returns:
        The purchases.
    """
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
        "rejected_by_reason": sample_table(reasons, when_empty="nothing was rejected"),
        "duplicate_ids": MetadataValue.int(_total(results, "duplicate_ids")),
        IN_MINUS_OUT: " + ".join(rest),
    }


def _id_tables(results: Mapping[str, LoadResult]) -> dict[str, Any]:
    """The ids that two files disagree on, and those that no file yields any more."""
    return {
        "documents_that_two_files_disagree_on": MetadataValue.int(_total(results, "disagreeing_count")),
        "ids_that_two_files_disagree_on": _id_table({kind: result.disagreeing for kind, result in results.items()}),
        "ids_no_longer_delivered": MetadataValue.int(_total(results, "undelivered_count")),
        "sample_of_ids_no_longer_delivered": _id_table({kind: result.undelivered for kind, result in results.items()}),
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


def _id_table(ids: Mapping[str, Iterable[str]]) -> MetadataValue:
    return _table(("kind", "id"), ((kind, name) for kind, of_kind in ids.items() for name in sorted(of_kind)))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> MetadataValue:
    listed = [dict(zip(columns, row, strict=True)) for row in rows]
    return sample_table(listed, when_empty="none")


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


def _shown(container: object, name: str) -> object:
    """A field that may be shown: an object or list where none belongs may hold personal data."""
    value = container.get(name) if isinstance(container, Mapping) else None
    return "…" if isinstance(value, Mapping | list) else value
