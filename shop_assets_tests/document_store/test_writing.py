"""Batches of documents in transactions, and what MongoDB refuses: codes without a word of what was to be written."""

import traceback
from collections.abc import Callable
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.document_store import rejects, writing
from shop_assets.document_store.capture.changes import Change
from shop_assets.document_store.deletions import Deletions
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.document_store.loads.ledger import Ledger
from shop_assets.document_store.rejects import RejectedDocument
from shop_assets.document_store.writing import insert_documents, write_documents
from shop_assets.documents.kinds import STORES
from shop_assets_tests.writers import SoleWriter

Documents = Database[dict[str, Any]]
PHONE = "+79001234567"


def record(database: Documents) -> None:
    text = f'{{"manager": "Ольга, {PHONE}"}}'
    rejects.save(database, [RejectedDocument("stores", "stores/a.json", "etag", 1, "wrong shape: manager", "", text)])


def note_entry(database: Documents) -> None:
    deletions = Deletions(database, SoleWriter(database.client))
    Ledger(database, STORES.name, deletions).write([{"_id": "stores/a.json", "ids": [PHONE]}])


def note_deletion(database: Documents) -> None:
    Deletions(database, SoleWriter(database.client))._record({PHONE: Change(STORES, "delete", PHONE, None, 1)})


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


def numbered(*numbers: int, **more: object) -> dict[str, RawBSONDocument]:
    return {f"n-{n:03}": RawBSONDocument(bson.encode({"_id": f"n-{n:03}", "number": n} | more)) for n in numbers}


class CountedName(str):
    """An id that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        CountedName.comparisons += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("write", [write_documents, insert_documents])
def test_the_cost_of_a_batch_grows_with_its_documents_alone(
    database: Documents, write: Callable[..., writing.WriteResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = {CountedName(name): document for name, document in numbered(*range(300)).items()}
    writer = SoleWriter(database.client)
    write(writer, database.numbers, documents)
    monkeypatch.setattr(CountedName, "comparisons", 0)
    write(writer, database.numbers, documents)
    assert CountedName.comparisons < 10 * len(documents)


def test_refused_documents_anywhere_in_a_batch_keep_no_other_out(database: Documents) -> None:
    refused = {0, 1, 40, 41, 42, 99}
    database.create_collection("notes", validator={"number": {"$nin": sorted(refused)}})
    write_documents(SoleWriter(database.client), database.notes, numbered(*range(30, 60)))

    written = write_documents(SoleWriter(database.client), database.notes, numbered(*range(100), version=2))

    assert set(written.refused) == {f"n-{n:03}" for n in refused}
    assert (written.inserted, written.replaced, written.unchanged) == (67, 27, 0)
    assert database.notes.count_documents({"version": 2}) == 94


def test_a_document_that_breaks_a_unique_index_is_refused(database: Documents) -> None:
    database.notes.create_index("number", unique=True)
    database.notes.insert_one({"_id": "of somebody else", "number": 2})

    written = write_documents(SoleWriter(database.client), database.notes, numbered(1, 2, 3))

    assert written.inserted == 2
    assert written.refused == {"n-002": "refused by MongoDB: unique index (error 11000)"}


def test_an_id_that_another_program_inserts_meanwhile_is_found_at_the_next_attempt(
    database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = writing._present_ids

    def interrupted(collection: Any, ids: Any, session: ClientSession) -> list[str]:
        present = original(collection, ids, session)
        collection.update_one({"_id": "n-002"}, {"$setOnInsert": {"number": 0}}, upsert=True)
        return present

    database.create_collection("notes")
    monkeypatch.setattr(writing, "_present_ids", interrupted)
    assert insert_documents(SoleWriter(database.client), database.notes, numbered(1, 2)).present == ["n-002"]
    written = write_documents(SoleWriter(database.client), database.notes, numbered(1, 2, 3))
    assert (written.inserted, written.replaced, written.unchanged) == (1, 1, 1)


def test_ids_that_were_taken_for_new_are_looked_up_once_one_of_them_exists(database: Documents) -> None:
    refused = 4
    database.create_collection("notes", validator={"number": {"$ne": refused}})
    writer = SoleWriter(database.client)
    written = write_documents(writer, database.notes, numbered(1, 2), taken_for_new=True)
    assert (written.inserted, written.replaced, written.unchanged) == (2, 0, 0)

    again = {**numbered(*range(2, 9), version=2), **numbered(1)}
    written = write_documents(writer, database.notes, again, taken_for_new=True)

    assert (written.inserted, written.replaced, written.unchanged) == (5, 1, 1)
    assert set(written.refused) == {f"n-{refused:03}"}
    assert database.notes.count_documents({"version": 2}) == 6


def test_an_equal_document_is_not_written(database: Documents) -> None:
    database.create_collection("notes")
    write_documents(SoleWriter(database.client), database.notes, numbered(1, 2))
    with database.notes.watch(max_await_time_ms=200) as changes:
        written = write_documents(SoleWriter(database.client), database.notes, numbered(1, 2))
        assert (written.inserted, written.replaced, written.unchanged) == (0, 0, 2)
        assert changes.try_next() is None
