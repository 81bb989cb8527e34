"""A database and a landing bucket of the test's own, documents to put there, and loads of stores."""

from typing import Any

import orjson
from pymongo.database import Database

from shop_assets.document_store.loads.load_progress import LoadResult
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.documents.kinds import STORES, DocumentKind
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.writers import SoleWriter

Documents = Database[dict[str, Any]]


def put(bucket: Bucket, key: str, *documents: object) -> None:
    """One document a file, or JSON Lines."""
    content = b"\n".join(document if isinstance(document, bytes) else orjson.dumps(document) for document in documents)
    bucket.put(key, content, "application/json")


def store(number: int, **more: object) -> dict[str, Any]:
    return {"store_id": f"store-{number:03d}", "store_name": f"Пикча {number}", "manager": {"name": "Ольга"}} | more


def load(database: Documents, bucket: Bucket, batch_size: int = 1000, kind: DocumentKind = STORES) -> LoadResult:
    report = load_landing(database, bucket, [kind], batch_size, writer=SoleWriter(database.client))[kind.name]
    outcomes = report.inserted + report.replaced + report.unchanged + report.duplicate_ids + report.rejected
    assert outcomes == report.read
    assert report.reasons.total() == report.rejected
    return report


def all_stores(database: Documents) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in database.stores.find()}


def lose(database: Documents, name: str) -> None:
    """Takes a store away so that no change stream has an event of it, as a restored backup would."""
    database.stores.delete_one({"_id": name})
    database.deleted_documents.delete_many({})


def open_rejects(database: Documents) -> list[tuple[str, int]]:
    found = database.rejected_documents.find({"superseded": False})
    return sorted((row["object_key"], row["position"]) for row in found)
