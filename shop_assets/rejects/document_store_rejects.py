"""The rejects in MongoDB: documents that it did not accept, and documents of its own that Kafka did not."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC

from pymongo.database import Database

from shop_assets.document_store.collection_setup import IDS_PER_QUERY, REJECTED_DOCUMENTS
from shop_assets.document_store.rejects import collection_key, to_text
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, Document, natural_id
from shop_assets.rejects.reject import Reject, RejectingStage, Selection

_COLLECTION_KEYS = frozenset(collection_key(kind) for kind in KINDS)


def find(database: Database[Document], selection: Selection) -> Iterator[Reject]:
    """The selected rejects in no order, without their documents' ids: see `with_document_ids`."""
    # Natural order, and no `text`: the embedded store sorts slowly, and a text has up to 64 KiB.
    wanted = {} if selection.include_superseded else {"superseded": False}
    for row in database[REJECTED_DOCUMENTS].find(wanted, {"text": 0}):
        is_from_collection = row["object_key"] in _COLLECTION_KEYS
        reject = Reject(
            reject_id=row["_id"],
            stage=RejectingStage.KAFKA if is_from_collection else RejectingStage.MONGODB,
            kind=row["kind"],
            document_id=str(row["position"]) if is_from_collection else "",
            reasons=(row["reason"],),
            rejected_at=row["rejected_at"].astimezone(UTC),
            source=row["object_key"],
            position=row["position"],
            is_open=not row["superseded"],
            detail=row["detail"],
        )
        if selection.matches(reject):
            yield reject


def with_document_ids(database: Database[Document], rejects: Iterable[Reject]) -> list[Reject]:
    """The same rejects with their documents' ids, if their texts can be read; few texts are in memory at once."""
    listed = list(rejects)
    kinds = {reject.reject_id: reject.kind for reject in listed if reject.stage is RejectingStage.MONGODB}
    ids = {reject_id: _document_id(kinds[reject_id], text) for reject_id, text in _texts(database, kinds)}
    return [
        replace(reject, document_id=ids[reject.reject_id]) if reject.reject_id in ids else reject for reject in listed
    ]


def _texts(database: Database[Document], reject_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Ids and texts one after the other: all of them together may be too much."""
    for chunk in chunks(reject_ids, IDS_PER_QUERY):
        for row in database[REJECTED_DOCUMENTS].find({"_id": {"$in": chunk}}, {"text": 1}):
            yield row["_id"], row["text"]


def _document_id(kind: str, text: str) -> str:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return (natural_id(KIND_BY_NAME[kind], document) or "") if isinstance(document, dict) else ""


def content(database: Database[Document], reject: Reject, stored_id: Callable[[str], str]) -> str:
    """What was rejected, as text in the clear; empty if there is none.

    Of an object it is the stored beginning, of a collection the document as it is now, which `stored_id` finds by the
    id under which it was to be sent.
    """
    if reject.stage is RejectingStage.KAFKA:
        document = database[reject.kind].find_one({"_id": stored_id(str(reject.position))})
        return "" if document is None else to_text(document)
    return next((text for _, text in _texts(database, [reject.reject_id])), "")
