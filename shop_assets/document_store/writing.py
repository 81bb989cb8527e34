"""Bulk writes: documents into their collection, entries into the loader's own collections, and what MongoDB refuses.

Documents are written in transactions of a `Writer`. A single error ends a transaction. So a document that MongoDB
refuses divides its batch into what came before it and what comes after. Which ids exist is looked up, which costs half
as much as inserting them; a caller that expects none of them to exist takes them for new, and the transaction fails and
is repeated with a look-up if one does.

Nothing of a document gets into an error here: pymongo's own quotes the operation that failed, which may hold a document
with its phones and e-mails, and errors end in logs and in Dagster's database. Which documents are in a batch is decided
in `loads/intake.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Collection as Ids
from dataclasses import dataclass, field
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.collection_setup import IDS_PER_QUERY
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document

_DUPLICATE_KEY: Final = 11000
_COLLISIONS: Final = 10
"""How often another program may insert one of a transaction's ids while it runs; the next attempt finds that id."""

# Errors about the document, which come again however often it is sent.
_DOCUMENT_ERROR_CODES: Final = {
    2: "bad value",
    52: "field name begins with $",
    53: "invalid _id",
    57: "dotted field name",
    121: "validation",
    10334: "too large",
    17280: "index key too long",
    _DUPLICATE_KEY: "unique index",
}

EncodedDocuments = Mapping[str, RawBSONDocument]
"""Documents by their ids."""

_Write = Callable[[ClientSession, EncodedDocuments, Ids[str]], "WriteResult"]
"""The writes of one batch in a transaction, given which of its ids exist."""


@dataclass
class WriteResult:
    """What a batch did. `present`: ids whose documents existed and were kept; `refused`: the reason by id."""

    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    present: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: "WriteResult") -> None:
        """Add what another transaction did."""
        self.inserted += other.inserted
        self.replaced += other.replaced
        self.unchanged += other.unchanged
        self.present += other.present
        self.refused |= other.refused


class _RefusedError(Exception):
    """MongoDB refused documents (the reason by id), and their transaction with them; `accepted` came before them."""

    def __init__(self, accepted: Sequence[str], refused: Mapping[str, str]) -> None:
        super().__init__("MongoDB refused documents")
        self.accepted = accepted
        self.refused = refused


class _CollisionError(Exception):
    """Another program inserted one of the ids since they were looked up."""


def write_all(
    collection: Collection[Document], writes: Sequence[Any], *, ordered: bool, session: ClientSession | None = None
) -> None:
    """Make pymongo's writes, all of which must succeed.

    Args:
        collection: Where to write.
        writes: The writes; none are no error.
        ordered: Whether they depend on each other's order.
        session: The session of the transaction, if there is one.

    Raises:
        DocumentStoreError: MongoDB refused one of them.
    """
    if not writes:
        return
    answer: Mapping[str, Any] | None = None
    try:
        collection.bulk_write(writes, ordered=ordered, session=session)
    except BulkWriteError as error:
        answer = error.details
    if answer is not None:  # outside the handler, so that pymongo's error is not the context of ours
        raise _write_error(f"writes to {collection.name}", _error_codes(answer).values())


def write_documents(
    writer: Writer, collection: Collection[Document], documents: EncodedDocuments, *, taken_for_new: bool = False
) -> WriteResult:
    """Insert the documents with new ids and replace the others.

    A replacement by an equal document changes nothing and causes no change event. `taken_for_new`: the ids are looked
    up only if one of them exists. Raises DocumentStoreError if MongoDB refuses, and no single document is the cause.
    """

    def write(session: ClientSession, batch: EncodedDocuments, present: Ids[str]) -> WriteResult:
        writes = _inserts(batch, present)
        writes |= {document_id: ReplaceOne({"_id": document_id}, batch[document_id]) for document_id in present}
        answer = _bulk_write(collection, writes, session)
        return WriteResult(answer["nInserted"], answer["nModified"], len(present) - answer["nModified"])

    return _write_in_transactions(writer, collection, documents, write, taken_for_new=taken_for_new)


def insert_documents(writer: Writer, collection: Collection[Document], documents: EncodedDocuments) -> WriteResult:
    """Insert the documents with new ids and leave the others as they are.

    Raises DocumentStoreError if MongoDB refuses, and no single document is the cause.
    """

    def write(session: ClientSession, batch: EncodedDocuments, present: Ids[str]) -> WriteResult:
        answer = _bulk_write(collection, _inserts(batch, present), session)
        return WriteResult(answer["nInserted"], present=list(present))

    return _write_in_transactions(writer, collection, documents, write, taken_for_new=False)


def _write_in_transactions(
    writer: Writer, collection: Collection[Document], documents: EncodedDocuments, write: _Write, *, taken_for_new: bool
) -> WriteResult:
    """Write all documents but the refused ones, in as few transactions as those allow: each is sent twice at most, and
    once more if ids that were taken for new are not.
    """
    written = WriteResult()
    collisions = 0
    batches = [list(documents)] if documents else []
    while batches:
        ids = batches.pop()
        batch = {document_id: documents[document_id] for document_id in ids}

        def attempt(
            session: ClientSession, batch: EncodedDocuments = batch, are_new: bool = taken_for_new
        ) -> WriteResult:
            return write(session, batch, () if are_new else _present_ids(collection, batch, session))

        try:
            written.add(writer.transact(attempt))
        except _RefusedError as error:
            written.refused |= error.refused
            done = error.refused.keys() | set(error.accepted)
            later = [document_id for document_id in ids if document_id not in done]
            batches += [part for part in (later, list(error.accepted)) if part]
        except _CollisionError:
            collisions += not taken_for_new
            taken_for_new = False
            if collisions > _COLLISIONS:
                raise _write_error("a batch of documents", [_DUPLICATE_KEY]) from None
            batches.append(ids)
    return written


def _inserts(batch: EncodedDocuments, present: Ids[str]) -> dict[str, Any]:
    """The inserts of the documents that do not exist, by their ids."""
    existing = set(present)
    return {document_id: InsertOne(document) for document_id, document in batch.items() if document_id not in existing}


def _present_ids(collection: Collection[Document], ids: Iterable[str], session: ClientSession) -> list[str]:
    return [
        found["_id"]
        for chunk in chunks(ids, IDS_PER_QUERY)
        for found in collection.find({"_id": {"$in": chunk}}, {"_id": 1}, session=session)
    ]


def _bulk_write(
    collection: Collection[Document], writes: Mapping[str, Any], session: ClientSession
) -> Mapping[str, Any]:
    """Write in order, and return MongoDB's answer; the writes are by id. Raises _RefusedError, _CollisionError."""
    if not writes:
        return {"nInserted": 0, "nModified": 0}
    answer: Mapping[str, Any]
    try:
        answer = collection.bulk_write(list(writes.values()), session=session).bulk_api_result
    except BulkWriteError as error:
        answer = error.details
    # After pymongo's error is handled: it holds the documents, with personal data, and must not travel further.
    _require_accepted(list(writes), answer)
    return answer


def _require_accepted(ids: Sequence[str], answer: Mapping[str, Any]) -> None:
    codes = _error_codes(answer)
    unexpected = set(codes.values()) - _DOCUMENT_ERROR_CODES.keys()
    if unexpected or answer.get("writeConcernErrors"):
        raise _write_error("a batch of documents", unexpected)
    if any(set(problem.get("keyPattern", ())) == {"_id"} for problem in answer.get("writeErrors", ())):
        raise _CollisionError
    if codes:
        refused = {
            ids[index]: f"refused by MongoDB: {_DOCUMENT_ERROR_CODES[code]} (error {code})"
            for index, code in codes.items()
        }
        raise _RefusedError(ids[: min(codes)], refused)


def _error_codes(answer: Mapping[str, Any]) -> dict[int, int]:
    """The error codes of a bulk write by the index of the operation."""
    return {problem["index"]: problem["code"] for problem in answer.get("writeErrors", ())}


def _write_error(what: str, codes: Iterable[int]) -> DocumentStoreError:
    """The error to raise; without codes the write concern was not satisfied."""
    listed = ", ".join(str(code) for code in sorted(set(codes))) or "write concern not satisfied"
    return DocumentStoreError(f"MongoDB refused {what} (error {listed}); look at its log and run this step again")
