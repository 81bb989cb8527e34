"""What MongoDB refuses of the loader's own books is codes without a word of what was to be written."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from shop_assets.document_store import rejects
from shop_assets.document_store.changes import Change
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.document_store.ledger import Ledger
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.documents.kinds import STORES

Documents = Database[dict[str, Any]]
PHONE = "+79001234567"


def record(database: Documents) -> None:
    text = f'{{"manager": "Ольга, {PHONE}"}}'
    rejects.save(database, [RejectedDocument("stores", "stores/a.json", "etag", 1, "wrong shape: manager", "", text)])


def note_entry(database: Documents) -> None:
    Ledger(database, STORES.name).write([{"_id": "stores/a.json", "ids": [PHONE]}])


def note_deletion(database: Documents) -> None:
    Deletions(database)._record({PHONE: Change(STORES, "delete", PHONE, None, 1)})


@pytest.mark.parametrize(
    ("collection", "write"),
    [("rejected_documents", record), ("loaded_objects", note_entry), ("deleted_documents", note_deletion)],
)
def test_a_refusal_names_the_collection_and_the_code_and_quotes_nothing(
    database: Documents, collection: str, write: Callable[[Documents], None]
) -> None:
    database.command("collMod", collection, validator={"never": {"$exists": True}})
    with pytest.raises(DocumentStoreError, match=rf"{collection} \(error 121\)") as caught:
        write(database)
    assert PHONE not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
