"""The inventory of landing: how many objects and documents there are, which ids, and what could not be read.

Checks and later stages use these counts. The inventory is kept in `_inventory/<kind>.sqlite` of the bucket, so that
only new or changed objects are read again; it may be deleted at any time and is then rebuilt.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

from shop_assets.coordination.workers import computed
from shop_assets.documents.kinds import CUSTOMERS, STORES, DocumentKind
from shop_assets.landing.files.reading import document_objects
from shop_assets.landing.inventory.inventory_database import InventoryCounts, InventoryDatabase
from shop_assets.landing.inventory.inventory_entries import EntryReader, FetchedObject
from shop_assets.landing.mapping.mapping_file import ShopMapping
from shop_assets.landing.mapping.stored_mapping import stored_mapping
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.errors import ObjectMissingError
from shop_assets.temporary_folders import temporary_folder

PREFIX: Final = "_inventory/"
_CONTENT_TYPE: Final = "application/vnd.sqlite3"

LARGEST_FETCHED: Final = 8 * 1024 * 1024
"""Bytes of an object that is read as a whole to be parsed by a worker; a larger one is parsed while it is read."""

BATCH_BYTES: Final = 1024 * 1024
BATCH_OBJECTS: Final = 500
"""At most this many bytes and objects are parsed together by a worker."""

_PLACES: Final = 3
"""At most this many places of a document are shown."""


def count_inventory(bucket: Bucket, kind: DocumentKind, workers: int = 1) -> InventoryCounts:
    """Count what landing has of a kind now. Reads only objects that are new or changed since the last time.

    Args:
        bucket: The landing bucket.
        kind: The kind.
        workers: How many processes parse the objects that are read.

    Returns:
        The counts.
    """
    with open_inventory(bucket, kind, workers) as inventory:
        return inventory.counts()


@contextlib.contextmanager
def open_inventory(bucket: Bucket, kind: DocumentKind, workers: int = 1) -> Iterator[InventoryDatabase]:
    """The kind's inventory, brought up to date with the bucket's listing; a local copy, deleted after the block."""
    with temporary_folder("shop-inventory-") as folder:
        path = folder / f"{kind.name}.sqlite"
        with contextlib.suppress(ObjectMissingError):  # without one, all objects are read
            bucket.download(_key(kind), path)
        with contextlib.closing(InventoryDatabase(path)) as inventory:
            has_changed = _refresh(inventory, bucket, kind, stored_mapping(bucket), workers)
            inventory.save()  # ends the transaction in any case: another inventory may be attached to this one
            if has_changed:
                with path.open("rb") as file:
                    bucket.put(_key(kind), file, _CONTENT_TYPE)
            yield inventory


def delete_inventory(bucket: Bucket, kind: DocumentKind) -> None:
    """Delete a kind's inventory with its older versions: it has ids, and the names of objects. The next run makes it.

    Args:
        bucket: The landing bucket.
        kind: The kind.
    """
    bucket.delete([_key(kind)])
    bucket.delete_older_versions(_key(kind))


def places_of(bucket: Bucket, kind: DocumentKind, document_id: str) -> list[tuple[str, int]]:
    """Find where a document lies in landing.

    Args:
        bucket: The landing bucket.
        kind: The kind of document.
        document_id: Its natural id.

    Returns:
        At most three keys of objects, with the document's position in each; several when it was delivered several
        times.
    """
    with open_inventory(bucket, kind) as inventory:
        return inventory.places(document_id, _PLACES)


def stores_without_customers(bucket: Bucket) -> list[str]:
    """The ids of the stores in landing in which no customer in landing registered."""
    with open_inventory(bucket, STORES) as stores, open_inventory(bucket, CUSTOMERS) as customers:
        return list(stores.ids_without_customer(customers))


def _key(kind: DocumentKind) -> str:
    return f"{PREFIX}{kind.name}.sqlite"


def _refresh(
    inventory: InventoryDatabase, bucket: Bucket, kind: DocumentKind, mapping: ShopMapping, workers: int
) -> bool:
    inventory.adopt_rules(mapping.digest(kind))
    has_changed = inventory.adopt_listing(document_objects(bucket, kind))
    reader = EntryReader(kind, mapping.of(kind))
    for entries in computed(reader, _small_objects(inventory, bucket, reader), workers):
        for number, found in entries:
            inventory.record(number, found)
    return has_changed


def _small_objects(inventory: InventoryDatabase, bucket: Bucket, reader: EntryReader) -> Iterator[list[FetchedObject]]:
    """The unread objects, some at a time; large ones are read and recorded here, in bounded memory."""
    batch: list[FetchedObject] = []
    size = 0
    for number, key, length in inventory.unread():
        try:
            if length > LARGEST_FETCHED:
                with bucket.open(key) as stream:
                    inventory.record(number, reader.entries(key, stream))
                continue
            batch.append(FetchedObject(number, key, bucket.get(key)))
        except (KeyError, ObjectMissingError):
            inventory.forget(number)  # removed since it was listed
            continue
        size += length
        if size >= BATCH_BYTES or len(batch) >= BATCH_OBJECTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
