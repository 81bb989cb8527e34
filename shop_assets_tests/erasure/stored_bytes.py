"""What the services give of a shop, to be searched for a customer."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

from pymongo.database import Database

from shop_assets.services import Services


def stored_bytes(services: Services) -> Iterator[tuple[str, bytes]]:
    """Everything that the services give, apart from the topics, whose old messages expire later."""
    yield from stored_documents(services)
    tables = services.client.query(
        "SELECT database || '.' || name FROM system.tables "
        "WHERE database IN ('raw', 'mart') AND (engine LIKE '%MergeTree' OR engine IN ('View', 'Join'))"
    ).result_rows
    for (table,) in tables:
        yield table, services.client.raw_query(f"SELECT * FROM {table} FORMAT JSONEachRow")


def stored_documents(services: Services) -> Iterator[tuple[str, bytes]]:
    """What object storage and MongoDB give."""
    for bucket in (services.object_store.landing(), services.object_store.reports()):
        for summary in bucket.list():
            content = bucket.get(summary.key)
            yield f"s3 {summary.key}", gzip.decompress(content) if summary.key.endswith(".gz") else content
    database: Database[dict[str, Any]] = services.database
    for name in database.list_collection_names():
        for document in database[name].find():
            yield f"MongoDB {name}", json.dumps(document, default=str, ensure_ascii=False).encode()
