"""A database and a landing bucket of the test's own, and documents to put there."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from shop_assets.document_store.resource import mongo_resource
from shop_assets.document_store.validators import ensure_collections
from shop_assets.landing.bucket import Bucket
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    with mongo_resource(settings).connect() as database:
        ensure_collections(database)
        yield database
        database.client.drop_database(database.name)


@pytest.fixture
def bucket(settings: Settings) -> Iterator[Bucket]:
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        bucket = store.landing()
        yield bucket
        # SeaweedFS gives each bucket volumes of its own, and has no more of them after some dozens of buckets.
        bucket.delete([summary.key for summary in bucket.list()])
        bucket.client.delete_bucket(Bucket=bucket.name)


def put(bucket: Bucket, key: str, *documents: object) -> None:
    """One document a file, or JSON Lines."""
    content = b"\n".join(document if isinstance(document, bytes) else orjson.dumps(document) for document in documents)
    bucket.put(key, content, "application/json")


def store(number: int, **more: object) -> dict[str, Any]:
    return {"store_id": f"store-{number:03d}", "store_name": f"Пикча {number}", "manager": {"name": "Ольга"}} | more
