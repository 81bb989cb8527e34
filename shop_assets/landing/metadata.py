"""What Dagster shows of a kind in landing: counts, a few documents without personal data, and their fields."""

import itertools
import typing
from collections.abc import Iterator, Mapping
from typing import Final

from dagster import MetadataValue

from shop_assets.documents import models
from shop_assets.documents.fields import MODELS
from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.landing.files.reading import document_objects, read_documents
from shop_assets.landing.filling.sources import FillResult
from shop_assets.landing.inventory.inventory_database import InventoryCounts
from shop_assets.landing.mapping.mapping_file import ShopMapping
from shop_assets.landing.mapping.stored_mapping import stored_mapping
from shop_assets.landing.mapping.translation import ParsedDocument
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_metadata import (
    COLUMN_SCHEMA,
    ROW_COUNT,
    SAMPLE,
    RawMetadataValue,
    column_schema,
    sample_table,
    stage_metadata,
)
from shop_assets.personal_data.contacts import without_contacts

_SAMPLE_ROWS: Final = 3
_SAMPLE_OBJECTS: Final = 10  # objects to search for readable documents
_CELL: Final = 60
_TEXT: Final = 1000  # is masked before it is cut: the first half of a phone would not be found

# The paths that a sample shows. No names, contacts, addresses or card numbers of people are among them.
_SAMPLE: Final[dict[DocumentKind, tuple[tuple[str, ...], ...]]] = {
    STORES: (("store_id",), ("store_network",), ("location", "city"), ("type",)),
    PRODUCTS: (("id",), ("name",), ("group",), ("price",), ("unit",)),
    CUSTOMERS: (("customer_id",), ("registration_date",), ("is_loyalty_member",), ("purchase_location", "store_id")),
    PURCHASES: (
        ("purchase_id",),
        ("store", "store_id"),
        ("purchase_datetime",),
        ("total_amount",),
        ("payment_method",),
    ),
}


def fill_metadata(
    bucket: Bucket, kind: DocumentKind, result: FillResult, counts: InventoryCounts, seconds: float
) -> dict[str, RawMetadataValue]:
    """The metadata of a kind: what landing has of it, what was written, and by which mapping it is read."""
    metadata = stage_metadata(
        # Landing keeps whatever is delivered: what cannot be read is rejected when it is loaded, and counted there.
        rows_in=counts.documents + counts.unreadable,
        rows_out=counts.documents + counts.unreadable,
        rejected=0,
        seconds=seconds,
        bytes=counts.bytes,
        objects=counts.objects,
        objects_written=result.written.objects,
        objects_unchanged=result.written.unchanged,
        distinct_ids=counts.distinct_ids,
        without_id=counts.without_id,
        unreadable=MetadataValue.json(counts.faults),
        origin=result.origin,
    )
    if result.shop is not None:
        metadata |= {"seed": result.shop.seed, "as_of": result.shop.as_of.isoformat()}
    if result.warnings or result.skipped:
        metadata["warnings"] = MetadataValue.json([*result.warnings, *result.skipped])
    return metadata | {
        SAMPLE: sample_table(sample_documents(bucket, kind)),
        COLUMN_SCHEMA: column_schema(document_fields(kind)),
        ROW_COUNT: counts.documents,
        **_mapping_metadata(stored_mapping(bucket), kind),
    }


def _mapping_metadata(mapping: ShopMapping, kind: DocumentKind) -> dict[str, RawMetadataValue]:
    digest = mapping.digest(kind)
    return {"mapping": mapping.name, "mapping_digest": digest} if digest else {}


def document_fields(kind: DocumentKind) -> dict[str, str]:
    """The fields of a clean document of this kind and their types, as Python writes them."""
    hints = typing.get_type_hints(MODELS[kind])
    return {name: _type_name(hint) for name, hint in hints.items()}


def _type_name(hint: object) -> str:
    if typing.get_args(hint) or not isinstance(hint, type):
        return str(hint).replace(f"{models.__name__}.", "")
    return hint.__name__


def sample_documents(bucket: Bucket, kind: DocumentKind) -> list[dict[str, object]]:
    """Up to three documents from landing, a few fields of each."""
    return [_shown(kind, document) for document in itertools.islice(_documents(bucket, kind), _SAMPLE_ROWS)]


def _documents(bucket: Bucket, kind: DocumentKind) -> Iterator[dict[str, object]]:
    rules = stored_mapping(bucket).of(kind)
    for summary in itertools.islice(document_objects(bucket, kind), _SAMPLE_OBJECTS):
        for found in read_documents(bucket, summary.key, rules):
            if isinstance(found, ParsedDocument):
                yield found.document


def _shown(kind: DocumentKind, document: Mapping[str, object]) -> dict[str, object]:
    return {".".join(path): _cell(document, path) for path in _SAMPLE[kind]}


def _cell(document: object, path: tuple[str, ...]) -> object:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    if isinstance(document, dict | list):  # not the expected shape: anything in it may be personal
        return "…"
    return without_contacts(str(document)[:_TEXT])[:_CELL] if document is not None else None
