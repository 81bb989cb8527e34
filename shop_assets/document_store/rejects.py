"""Rejected documents: what could not be loaded or sent, stored with the reason.

Nothing disappears: a rejected document is stored here with the key of its object and its place in it. A newer version
of the object supersedes the rejects of the older one; only open rejects count.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.document_store.collection_setup import IDS_PER_QUERY, REJECTED_DOCUMENTS
from shop_assets.document_store.writing import write_all
from shop_assets.documents.chunks import chunks
from shop_assets.documents.json_text import is_utf8
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.landing.files.splitting import KEPT_BYTES
from shop_assets.personal_data.cipher import PREFIX


@dataclass(frozen=True)
class RejectedDocument:
    """One document that MongoDB or Kafka did not accept; `rejects.reject.Reject` is how users see it.

    Its fields are stored as they are in the collection `rejected_documents`, with `rejected_at` and `superseded`.
    `object_key` is the key of its object, or `collection <kind>` for a document that Kafka did not accept; `etag` is
    the object's, else empty; `position` is the document's place in the object, or its `_id`. Reason and detail hold no
    personal data, `text` may.
    """

    kind: str
    object_key: str
    etag: str
    position: int | str
    reason: str
    detail: str
    text: str
    documents: int = 1
    """How many documents are in the text, as far as can be seen."""

    @property
    def reject_id(self) -> str:
        """The same for the same place of the same version, so that loading again rejects nothing twice."""
        return reject_id(self.object_key, self.etag, self.position)


def reject_id(object_key: str, etag: str, position: int | str) -> str:
    """The `_id` of a reject.

    Args:
        object_key: The key of its object.
        etag: The object's ETag.
        position: The document's place in it.

    Returns:
        A hash of the three.
    """
    return hashlib.sha256(f"{object_key}\0{etag}\0{position}".encode()).hexdigest()


def collection_key(kind: DocumentKind) -> str:
    """Name the place of a kind's documents that Kafka did not accept.

    Args:
        kind: The kind.

    Returns:
        The value of `object_key` in `rejected_documents`: `collection <kind>`.
    """
    return f"collection {kind.name}"


def to_text(document: object) -> str:
    """A parsed document as text of at most 64 KiB.

    Args:
        document: A document as MongoDB or a parser gives it.

    Returns:
        JSON, or the empty text if it cannot be written as JSON.
    """
    try:
        text = json.dumps(document, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return ""
    return decode_capped(text.encode("utf-8", "replace"))


def decode_capped(text: bytes) -> str:
    """Any bytes as valid text of at most 64 KiB.

    Args:
        text: The bytes; those that are not UTF-8 are replaced.

    Returns:
        The text.
    """
    return text[:KEPT_BYTES].decode("utf-8", "replace")


def save(
    database: Database[Document], rejects: Sequence[RejectedDocument], session: ClientSession | None = None
) -> None:
    """Store rejects; one that is stored already is not stored twice, and is open again.

    An open reject keeps its `rejected_at`; a superseded one gets the current time.

    Args:
        database: The database of the collections.
        rejects: The rejects.
        session: The session of the transaction, if there is one.

    Raises:
        DocumentStoreError: MongoDB refused a write; the message quotes no document.
    """
    now = datetime.now(UTC)
    returning = [
        UpdateMany({"_id": {"$in": chunk}, "superseded": True}, {"$set": {"rejected_at": now}})
        for chunk in chunks((reject.reject_id for reject in rejects), IDS_PER_QUERY)
    ]
    write_all(database[REJECTED_DOCUMENTS], returning, ordered=False, session=session)
    writes = [
        UpdateOne(
            {"_id": reject.reject_id},
            {"$set": asdict(reject) | {"superseded": False}, "$setOnInsert": {"rejected_at": now}},
            upsert=True,
        )
        for reject in rejects
    ]
    write_all(database[REJECTED_DOCUMENTS], writes, ordered=False, session=session)


def with_encrypted_positions(database: Database[Document]) -> Iterator[dict[str, Any]]:
    """Find the rejects of documents whose ids are ciphertexts.

    Args:
        database: The database of the collections.

    Yields:
        The rejects as they are stored.
    """
    yield from database[REJECTED_DOCUMENTS].find({"position": {"$regex": f"^{PREFIX}"}})


def move(database: Database[Document], reject: Mapping[str, Any], session: ClientSession, **changed: Any) -> None:
    """Store a reject with another ETag or position, and so under another id.

    Args:
        database: The database of the collections.
        reject: The reject as it is stored.
        session: The session of the transaction.
        changed: The fields with their new values.
    """
    moved = {**reject, **changed}
    moved["_id"] = reject_id(moved["object_key"], moved["etag"], moved["position"])
    database[REJECTED_DOCUMENTS].delete_one({"_id": reject["_id"]}, session=session)
    database[REJECTED_DOCUMENTS].replace_one({"_id": moved["_id"]}, moved, upsert=True, session=session)


def any_saved(database: Database[Document]) -> bool:
    """Whether anything was ever rejected."""
    return database[REJECTED_DOCUMENTS].find_one({}, {"_id": 1}) is not None


def supersede_objects(database: Database[Document], keys: Iterable[str], session: ClientSession | None = None) -> None:
    """Mark all rejects of these objects as superseded; loading the objects again reopens what is still wrong."""
    for chunk in chunks(keys, IDS_PER_QUERY):
        database[REJECTED_DOCUMENTS].update_many(
            {"object_key": {"$in": chunk}, "superseded": False}, {"$set": {"superseded": True}}, session=session
        )


def any_open(database: Database[Document], object_keys: Sequence[str]) -> bool:
    """Whether there are open rejects.

    Args:
        database: The database of the collections.
        object_keys: Only rejects of these.
    """
    wanted = {"object_key": {"$in": list(object_keys)}, "superseded": False}
    return database[REJECTED_DOCUMENTS].find_one(wanted, {"_id": 1}) is not None


def open_among(database: Database[Document], places: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Find out which documents of collections have open rejects.

    Args:
        database: The database of the collections.
        places: Pairs of object key and position; a collection has no ETag.

    Returns:
        Those of the places at which there is one.
    """
    # The key of a foreign message that is not UTF-8 belongs to no document.
    by_id = {
        reject_id(object_key, "", position): (object_key, position)
        for object_key, position in places
        if is_utf8(position)
    }
    return {
        by_id[row["_id"]]
        for chunk in chunks(by_id, IDS_PER_QUERY)
        for row in database[REJECTED_DOCUMENTS].find({"_id": {"$in": chunk}, "superseded": False}, {"_id": 1})
    }


def count_open(database: Database[Document], object_key: str) -> int:
    """Count open rejects.

    Args:
        database: The database of the collections.
        object_key: Only rejects of this.

    Returns:
        Their number.
    """
    return database[REJECTED_DOCUMENTS].count_documents({"object_key": object_key, "superseded": False})


def supersede_places(
    database: Database[Document], places: Iterable[tuple[str, int | str]], session: ClientSession | None = None
) -> None:
    """Mark the rejects at these places as superseded: their documents were accepted.

    Args:
        database: The database of the collections.
        places: Pairs of object key and position.
        session: The session of the transaction, if there is one.
    """
    for object_key, position in places:
        database[REJECTED_DOCUMENTS].update_many(
            {"object_key": object_key, "position": position}, {"$set": {"superseded": True}}, session=session
        )


def count_by_reason(database: Database[Document]) -> dict[str, Counter[str]]:
    """Count the documents of open rejects by kind and reason."""
    counts: dict[str, Counter[str]] = {}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"superseded": False}},
        # Rejects of earlier versions have no number of documents.
        {"$group": {"_id": {"kind": "$kind", "reason": "$reason"}, "count": {"$sum": {"$ifNull": ["$documents", 1]}}}},
    ]
    for row in database[REJECTED_DOCUMENTS].aggregate(pipeline):
        counts.setdefault(row["_id"]["kind"], Counter())[row["_id"]["reason"]] = row["count"]
    return counts
