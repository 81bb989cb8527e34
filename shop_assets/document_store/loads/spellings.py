"""Ids of documents that disagree: which of a batch's documents must wait for a decision.

Only documents whose id is spelled otherwise than the stored one, or was in the same object before, are compared with
it, so that a load of ids that are always spelled alike costs one query for each batch, and the first load of a
collection none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import bson
from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.document_store.collection_setup import ACCEPTED_IDS, IDS_PER_QUERY, entry_id
from shop_assets.document_store.loads.identities import OTHER_SPELLING, SAME_ID, disagree, stand_for_two
from shop_assets.document_store.loads.load_progress import LoadBatch
from shop_assets.document_store.loads.loaded_ids import LoadedId
from shop_assets.document_store.shapes import RejectReason
from shop_assets.document_store.writing import write_all
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document, DocumentKind
from shop_assets.personal_data.contacts import without_contacts

_SHOWN: Final = 80


@dataclass(frozen=True)
class Spellings:
    """The spellings of one kind's ids in MongoDB. `had_documents`: the collection was not empty when the load began."""

    database: Database[Document]
    kind: DocumentKind
    had_documents: bool

    def conflicts(self, batch: LoadBatch, seen: Mapping[str, LoadedId]) -> dict[str, RejectReason]:
        """Find the documents of a batch that may not replace what is stored under their id.

        Args:
            batch: The batch, whose documents are by natural id.
            seen: Where this load had an id of the batch before.

        Returns:
            The reasons by id.
        """
        stored = {document_id: place.spelling for document_id, place in seen.items()}
        if self.had_documents:
            stored = self._stored(batch.documents.keys() - stored.keys()) | stored
        again = {
            document_id
            for document_id, place in seen.items()
            if place.object_key == batch.places[document_id].summary.key
        }
        suspects = [
            document_id
            for document_id, spelling in stored.items()
            if batch.places[document_id].spelling != spelling or document_id in again
        ]
        if not suspects:
            return {}
        accepted = accepted_ids(self.database, self.kind, suspects)
        found: dict[str, RejectReason] = {}
        for chunk in chunks((document_id for document_id in suspects if document_id not in accepted), IDS_PER_QUERY):
            for document in self.database[self.kind.name].find({"_id": {"$in": chunk}}):
                document_id = document["_id"]
                later = bson.decode(batch.documents[document_id].raw)
                reason = self.conflict(document, stored[document_id], later, batch.places[document_id].spelling)
                if reason is not None:
                    found[document_id] = reason
        return found

    def conflict(self, earlier: Document, spelling: str, later: Document, other: str) -> RejectReason | None:
        """Why a document may not replace an earlier one with its id, if nobody has accepted the id.

        Args:
            earlier: The earlier one.
            spelling: How its id is spelled.
            later: The document.
            other: How its id is spelled.

        Returns:
            The reason; None if it may.
        """
        if spelling != other:
            return other_spelling(spelling) if disagree(self.kind, earlier, later) else None
        return RejectReason(SAME_ID) if stand_for_two(self.kind, earlier, later) else None

    def _stored(self, ids: Iterable[str]) -> dict[str, str]:
        field = self.kind.id_field
        return {
            document["_id"]: str(document.get(field))
            for chunk in chunks(ids, IDS_PER_QUERY)
            for document in self.database[self.kind.name].find({"_id": {"$in": chunk}}, {"_id": 1, field: 1})
        }


def other_spelling(stored: str) -> RejectReason:
    """The reason for a document whose id is spelled otherwise than another's, with which it disagrees.

    Args:
        stored: How the other one is spelled.

    Returns:
        The reason; its detail shows the other spelling, without personal data.
    """
    return RejectReason(OTHER_SPELLING, f"the other is {without_contacts(repr(stored[:_SHOWN]))}")


def accept_ids(database: Database[Document], kind: DocumentKind, ids: Iterable[str], session: ClientSession) -> None:
    """Record that ids are of one person or thing each, however they are spelled: the newest document counts again.

    Args:
        database: The database of the collections.
        kind: Their kind.
        ids: The ids in any spelling: they are stored trimmed and in lower case.
        session: The session of the transaction.
    """
    names = [entry_id(kind.name, document_id.strip().lower()) for document_id in ids]
    writes = [ReplaceOne({"_id": name}, {"_id": name}, upsert=True) for name in names]
    write_all(database[ACCEPTED_IDS], writes, ordered=False, session=session)


def accepted_ids(database: Database[Document], kind: DocumentKind, ids: Iterable[str]) -> set[str]:
    """Those of the ids that were accepted.

    Args:
        database: The database of the collections.
        kind: Their kind.
        ids: Natural ids.

    Returns:
        The accepted ones.
    """
    by_entry = {entry_id(kind.name, document_id): document_id for document_id in ids}
    return {
        by_entry[found["_id"]]
        for chunk in chunks(by_entry, IDS_PER_QUERY)
        for found in database[ACCEPTED_IDS].find({"_id": {"$in": chunk}}, {"_id": 1})
    }
