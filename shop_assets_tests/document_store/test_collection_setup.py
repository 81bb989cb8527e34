from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import WriteError

from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.shapes import find_shape_error, validator
from shop_assets.documents.kinds import KIND_BY_NAME, PURCHASES

Documents = Database[dict[str, Any]]

MISSHAPEN: list[tuple[str, dict[str, Any]]] = [
    ("stores", {"store_name": "x"}),
    ("stores", {"store_id": 5}),
    ("stores", {"store_id": "\t "}),
    ("stores", {"store_id": "s", "manager": "Ольга"}),
    ("stores", {"store_id": "s", "location": {"coordinates": "55.7, 37.6"}}),
    ("products", {"id": "p", "kbju": []}),
    ("customers", {"customer_id": "c", "preferences": 1}),
    ("purchases", {"purchase_id": "o", "items": {}}),
    ("purchases", {"purchase_id": "o", "items": [{}, 1]}),
    ("purchases", {"purchase_id": "o", "customer": [{"phone": "+79001234567"}]}),
]

WELL_SHAPED: list[tuple[str, dict[str, Any]]] = [
    ("stores", {"store_id": "s", "manager": None, "location": {"coordinates": None}, "categories": [1, "a"]}),
    ("products", {"id": "p", "price": "12,5", "kbju": {"fat": []}}),
    ("customers", {"customer_id": "c", "phone": 79001234567}),
    ("purchases", {"purchase_id": "o", "items": [], "delivery_address": None}),
]


@pytest.mark.parametrize(("kind", "document"), MISSHAPEN)
def test_mongodb_refuses_what_the_loader_rejects(database: Documents, kind: str, document: dict[str, Any]) -> None:
    assert find_shape_error(KIND_BY_NAME[kind], document) is not None
    with pytest.raises(WriteError) as caught:
        database[kind].insert_one({"_id": "x"} | document)
    assert caught.value.code == 121


def test_mongodb_refuses_a_storage_id_that_is_no_text(database: Documents) -> None:
    with pytest.raises(WriteError):
        database.stores.insert_one({"store_id": "s"})  # pymongo would give it an ObjectId


@pytest.mark.parametrize(("kind", "document"), WELL_SHAPED)
def test_mongodb_takes_what_the_loader_takes(database: Documents, kind: str, document: dict[str, Any]) -> None:
    assert find_shape_error(KIND_BY_NAME[kind], document) is None
    database[kind].insert_one({"_id": "x"} | document)


def test_an_index_that_is_missing_is_made(database: Documents) -> None:
    database.rejected_documents.drop_indexes()
    ensure_collections(database)
    ensure_collections(database)
    assert database.rejected_documents.index_information().keys() == {"_id_", "object_key_1"}


def test_collections_are_made_once_and_an_old_validator_is_brought_up_to_date(database: Documents) -> None:
    assert ensure_collections(database) == []
    database.command("collMod", "purchases", validator={})

    assert ensure_collections(database) == ["purchases"]
    assert database.purchases.options()["validator"] == validator(PURCHASES)
