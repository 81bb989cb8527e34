"""Rejects that lie in MongoDB, as people are shown them."""

import json
import tracemalloc
from typing import Any

from pymongo.database import Database

from shop_assets.document_store import rejects
from shop_assets.document_store.rejects import KEPT_BYTES, RejectedDocument
from shop_assets.rejects import document_store_rejects
from shop_assets.rejects.reject import Selection

MANY = 400


def test_ids_are_read_from_the_texts_of_many_rejects_without_holding_the_texts(
    database: Database[dict[str, Any]],
) -> None:
    blank = len(json.dumps({"store_id": "store-000", "manager": ""}))
    for number in range(MANY):
        text = json.dumps({"store_id": f"store-{number:03}", "manager": "x" * (KEPT_BYTES - blank)})
        reject = RejectedDocument("stores", "stores/a.jsonl", "etag", number, "wrong shape: manager", "", text)
        rejects.save(database, [reject])
    found = list(document_store_rejects.find(database, Selection()))
    tracemalloc.start()
    try:
        named = document_store_rejects.with_document_ids(database, found)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {reject.document_id for reject in named} == {f"store-{number:03}" for number in range(MANY)}
    assert peak < MANY * KEPT_BYTES / 2
