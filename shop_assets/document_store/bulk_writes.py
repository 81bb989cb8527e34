"""A bulk write into the loader's own books, and what may be codes of a bulk write that MongoDB refused.

Here belongs that nothing of a document gets into an error: pymongo's quotes the operation that failed, which may hold
the text of a document with its phones and e-mails, and errors end in logs and in Dagster's database.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from shop_assets.document_store.errors import DocumentStoreError

Document = dict[str, Any]


def write_all(collection: Collection[Document], writes: Sequence[Any], *, ordered: bool) -> None:
    """Makes pymongo's writes, all of which must succeed; no writes are no error. Raises DocumentStoreError."""
    if not writes:
        return
    answer: Mapping[str, Any] | None = None
    try:
        collection.bulk_write(writes, ordered=ordered)
    except BulkWriteError as error:
        answer = error.details
    if answer is not None:  # with pymongo's error left behind, so that it does not go along as the context of ours
        raise write_error(f"what was to be noted in {collection.name}", error_codes(answer).values())


def error_codes(answer: Mapping[str, Any]) -> dict[int, int]:
    """The error codes of a bulk write by the places of its operations."""
    return {problem["index"]: problem["code"] for problem in answer.get("writeErrors", ())}


def write_error(what: str, codes: Iterable[int]) -> DocumentStoreError:
    """The error to raise; without codes it was the write concern that was not met."""
    listed = ", ".join(str(code) for code in sorted(set(codes))) or "a write concern that was not met"
    return DocumentStoreError(f"MongoDB refused {what} (error {listed}); look at its log and run this step again")
