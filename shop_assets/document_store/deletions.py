"""Deletions in MongoDB: a document that landing has and a collection lacks was either deleted there or lost.

A lost document is loaded again, a deleted one is not: its file is in landing only because nothing there is ever
deleted. The change stream knows which it was, but it has every document that a load inserts too: SecantusDB needs 70 s
for those of a million purchases. So it is read only when a load misses a document and no entry here explains it: from
the stored position up to now, with the deletions stored here, because the stream forgets.

A load that read no stream has found every document of the objects in landing, or its entry. So nothing of them that was
deleted before it began is unknown, and the position moves to its beginning; if landing lacks an object that was loaded
once, the stream is read instead. What is deleted during a load comes later in the stream, and the next load misses it.

Where the stream cannot be read any longer (its history is gone, or a collection was dropped), documents count as lost:
one too many is better than one too few.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.changes import (
    Change,
    HistoryLostError,
    StreamPosition,
    Token,
    changes_since,
    current_stream_position,
)
from shop_assets.document_store.capture.pages import with_prefix
from shop_assets.document_store.collection_setup import DELETED_DOCUMENTS, IDS_PER_QUERY, entry_id
from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.document_store.writing import write_all
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document

LOGGER: Final = logging.getLogger(__name__)

_POSITION: Final = "position"
"""The entry with the position up to which the stream was read; ids of the other entries hold a line feed."""

EVENTS_PER_WRITE: Final = 1000


class Deletions:
    """The deleted documents of one database; for one load at a time."""

    def __init__(self, database: Database[Document], writer: Writer, erased: ErasedCustomers | None = None) -> None:
        """Note where the change stream is: the load looks at the collections later.

        Args:
            database: The database of the collections.
            writer: Makes the writes.
            erased: The erased customers, whose ids are not recorded: loading knows them otherwise.
        """
        self._erased = erased
        self._database = database
        self._entries = database[DELETED_DOCUMENTS]
        self._writer = writer
        self._was_followed = False
        self._has_entries: bool | None = None
        with database.client.start_session() as session:
            self._beginning: Token = current_stream_position(database, session).token
        if self._entries.find_one({"_id": _POSITION}) is None:
            self._save_beginning()

    def end_load(self, *, has_all_objects: bool) -> None:
        """Move the position after a load of all kinds.

        Args:
            has_all_objects: Landing had every object that the ledger names, so that all its documents were looked for.
        """
        if self._was_followed:
            return
        if has_all_objects:
            self._save_beginning()
        else:
            self.follow()

    def follow(self) -> None:
        """Record what was deleted and what was inserted again since the stored position."""
        position = self._entries.find_one({"_id": _POSITION})
        try:
            self._follow(position["token"] if position else self._beginning)
        except HistoryLostError as error:
            LOGGER.warning("%s; documents deleted since then are loaded again if they are in landing", error)
            self._save_beginning()
        self._was_followed = True

    def _follow(self, token: Token) -> None:
        latest_changes: dict[str, Change] = {}  # the last change of each document counts
        for item in changes_since(self._database, token, frozenset({"insert", "delete"})):
            token = item.token or token
            if isinstance(item, Change):
                latest_changes[entry_id(item.kind.name, item.document_id)] = item
            if isinstance(item, StreamPosition) or len(latest_changes) >= EVENTS_PER_WRITE:
                self._advance(latest_changes, token)
                latest_changes.clear()

    def _advance(self, latest_changes: dict[str, Change], token: Token) -> None:
        def write(session: ClientSession) -> None:
            self._record(latest_changes, session)
            self._save_position(token, session)

        self._writer.transact(write)
        self._has_entries = None

    def _record(self, latest_changes: dict[str, Change], session: ClientSession | None = None) -> None:
        now = datetime.now(UTC)
        writes: list[DeleteOne | ReplaceOne[Document]] = [
            ReplaceOne({"_id": name}, {"_id": name, "noted_at": now}, upsert=True)
            if change.operation == "delete"
            else DeleteOne({"_id": name})
            for name, change in latest_changes.items()
            if self._erased is None or not self._erased.is_erased(change.kind, change.document_id)
        ]
        write_all(self._entries, writes, ordered=False, session=session)

    def recorded(self, kind: str) -> Iterator[str]:
        """The ids of a kind whose documents are recorded as deleted."""
        if self.any_recorded():
            for entry in with_prefix(self._entries, entry_id(kind, "")):
                yield entry["_id"].partition("\n")[2]

    def recorded_among(self, kind: str, ids: Iterable[str]) -> set[str]:
        """Those of the ids whose documents are recorded as deleted."""
        if not self.any_recorded():
            return set()
        names = {entry_id(kind, document_id): document_id for document_id in ids}
        return {
            names[found["_id"]]
            for chunk in chunks(names, IDS_PER_QUERY)
            for found in self._entries.find({"_id": {"$in": chunk}}, {"_id": 1})
        }

    def forget(self, kind: str, ids: Iterable[str], session: ClientSession) -> None:
        """Remove the ids of documents that are in their collection again."""
        for chunk in chunks((entry_id(kind, document_id) for document_id in ids), IDS_PER_QUERY):
            self._entries.delete_many({"_id": {"$in": chunk}}, session=session)

    def any_recorded(self) -> bool:
        """Whether any deleted document is recorded."""
        if self._has_entries is None:
            self._has_entries = self._entries.find_one({"_id": {"$ne": _POSITION}}, {"_id": 1}) is not None
        return self._has_entries

    def _save_beginning(self) -> None:
        self._writer.transact(lambda session: self._save_position(self._beginning, session))

    def _save_position(self, token: Token, session: ClientSession) -> None:
        position = ReplaceOne[Document]({"_id": _POSITION}, {"token": dict(token)}, upsert=True)
        write_all(self._entries, [position], ordered=True, session=session)
