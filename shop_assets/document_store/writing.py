"""Bulk writes: documents into their collection, entries into the loader's own collections, and what MongoDB refuses.

Nothing of a document gets into an error here: pymongo's own quotes the operation that failed, which may hold a document
with its phones and e-mails, and errors end in logs and in Dagster's database. Which documents are in a batch is decided
in `loading.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from shop_assets.document_store.errors import DocumentStoreError

_DUPLICATE_KEY: Final = 11000

# Errors about the document, which come again however often it is sent.
_DOCUMENT_ERROR_CODES: Final = {
    2: "bad value",
    52: "field name begins with $",
    53: "invalid _id",
    57: "dotted field name",
    121: "validation",
    10334: "too large",
    17280: "index key too long",
}


@dataclass
class WriteResult:
    """What a batch did. `present`: ids whose documents existed and were kept; `refused`: the reason by id."""

    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    present: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def write_all(collection: Collection[dict[str, Any]], writes: Sequence[Any], *, ordered: bool) -> None:
    """Make pymongo's writes, all of which must succeed.

    Args:
        collection: Where to write.
        writes: The writes; none are no error.
        ordered: Whether they depend on each other's order.

    Raises:
        DocumentStoreError: MongoDB refused one of them.
    """
    if not writes:
        return
    answer: Mapping[str, Any] | None = None
    try:
        collection.bulk_write(writes, ordered=ordered)
    except BulkWriteError as error:
        answer = error.details
    if answer is not None:  # outside the handler, so that pymongo's error is not the context of ours
        raise _write_error(f"writes to {collection.name}", _error_codes(answer).values())


def write_documents(collection: Collection[dict[str, Any]], documents: Mapping[str, RawBSONDocument]) -> WriteResult:
    """Insert the documents with new ids and replace the others, in no order.

    A replacement by an equal document changes nothing and causes no change event. Raises DocumentStoreError if MongoDB
    refuses, and no single document is the cause.
    """
    written = insert_documents(collection, documents)
    if written.present:
        _replace(collection, {document_id: documents[document_id] for document_id in written.present}, written)
        written.present = []
    return written


def insert_documents(collection: Collection[dict[str, Any]], documents: Mapping[str, RawBSONDocument]) -> WriteResult:
    """Insert the documents with new ids, in no order, and leave the others as they are.

    Raises DocumentStoreError if MongoDB refuses, and no single document is the cause.
    """
    written = WriteResult()
    if not documents:
        return written
    ids = list(documents)
    errors = _insert(collection, list(documents.values()))
    written.present = [ids[index] for index, code in errors.items() if code == _DUPLICATE_KEY]
    _collect_refusals(written, ids, errors)
    written.inserted = len(ids) - len(errors)
    return written


def _insert(collection: Collection[dict[str, Any]], documents: Sequence[RawBSONDocument]) -> dict[int, int]:
    """The error codes by the index of the document."""
    answer: Mapping[str, Any] = {}
    try:
        # An id that exists costs one error in the response; looking first would cost a query per batch.
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        answer = error.details
    return _require_document_errors(answer)


def _replace(
    collection: Collection[dict[str, Any]], documents: Mapping[str, RawBSONDocument], written: WriteResult
) -> None:
    # Upsert: the document may have been deleted since the insert found it.
    writes: list[ReplaceOne[Any]] = [
        ReplaceOne({"_id": document_id}, document, upsert=True) for document_id, document in documents.items()
    ]
    try:
        answer: Mapping[str, Any] = collection.bulk_write(writes, ordered=False).bulk_api_result
    except BulkWriteError as error:
        answer = error.details
    _collect_refusals(written, list(documents), _require_document_errors(answer))
    written.inserted += answer["nUpserted"]
    written.replaced += answer["nModified"]
    written.unchanged += answer["nMatched"] - answer["nModified"]


def _collect_refusals(written: WriteResult, ids: Sequence[str], errors: Mapping[int, int]) -> None:
    for index, code in errors.items():
        if code in _DOCUMENT_ERROR_CODES:
            written.refused[ids[index]] = f"refused by MongoDB: {_DOCUMENT_ERROR_CODES[code]} (error {code})"


def _require_document_errors(answer: Mapping[str, Any]) -> dict[int, int]:
    """The error codes by index; raises DocumentStoreError unless all of them are errors of single documents.  Call it
    after pymongo's error is handled: that holds the documents, with personal data, and must not travel further.
    """
    problems = _error_codes(answer)
    unexpected = set(problems.values()) - _DOCUMENT_ERROR_CODES.keys() - {_DUPLICATE_KEY}
    if unexpected or answer.get("writeConcernErrors"):
        raise _write_error("a batch of documents", unexpected)
    return problems


def _error_codes(answer: Mapping[str, Any]) -> dict[int, int]:
    """The error codes of a bulk write by the index of the operation."""
    return {problem["index"]: problem["code"] for problem in answer.get("writeErrors", ())}


def _write_error(what: str, codes: Iterable[int]) -> DocumentStoreError:
    """The error to raise; without codes the write concern was not satisfied."""
    listed = ", ".join(str(code) for code in sorted(set(codes))) or "write concern not satisfied"
    return DocumentStoreError(f"MongoDB refused {what} (error {listed}); look at its log and run this step again")
