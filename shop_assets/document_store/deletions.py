"""Deletions in MongoDB: a document that landing has and a collection lacks was either deleted there or lost.

A lost document is loaded again, a deleted one is not: its file is in landing only because nothing there is ever
deleted. The change stream knows which it was. It is read from where the last load ended, so that a load's own inserts
are not read, and the deletions are stored here, because the stream forgets. Where it cannot be read any longer (its
history is gone, or a collection was dropped), documents count as lost: one too many is better than one too few.
"""

import logging
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.changes import (
    Change,
    HistoryLostError,
    Operation,
    StreamPosition,
    Token,
    changes_since,
    current_stream_position,
)
from shop_assets.document_store.collection_setup import DELETED_DOCUMENTS
from shop_assets.document_store.id_chunks import chunks
from shop_assets.document_store.writing import write_all

LOGGER: Final = logging.getLogger(__name__)

Document = dict[str, Any]

_POSITION: Final = "position"
"""The entry with the position up to which the stream was read; ids of the other entries hold a line feed."""

EVENTS_PER_WRITE: Final = 1000


class Deletions:
    """The deleted documents of one database; for one load at a time."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._entries = database[DELETED_DOCUMENTS]

    def sync_before_load(self, writer: Writer) -> None:
        """Record what was deleted and what was restored since the last load."""
        position = self._entries.find_one({"_id": _POSITION})
        if position is not None:
            try:
                return self._follow(writer, position["token"], frozenset({"insert", "delete"}))
            except HistoryLostError as error:
                LOGGER.warning("%s; documents deleted since then are loaded again if they are in landing", error)
        with self._database.client.start_session() as session:
            token = current_stream_position(self._database, session).token
        return writer.transact(lambda session: self._save_position(token, session))

    def sync_after_load(self, writer: Writer) -> None:
        """Record what was deleted during the load, without reading the load's own inserts."""
        position = self._entries.find_one({"_id": _POSITION})
        if position is not None:
            try:
                self._follow(writer, position["token"], frozenset({"delete"}))
            except HistoryLostError as error:
                LOGGER.warning("%s; the next load treats missing documents as lost", error)

    def _follow(self, writer: Writer, token: Token, operations: AbstractSet[Operation]) -> None:
        latest_changes: dict[str, Change] = {}  # the last change of each document counts
        for item in changes_since(self._database, token, operations):
            token = item.token or token
            if isinstance(item, Change):
                latest_changes[_entry_id(item.kind.name, item.document_id)] = item
            if isinstance(item, StreamPosition) or len(latest_changes) >= EVENTS_PER_WRITE:
                self._advance(writer, latest_changes, token)
                latest_changes.clear()

    def _advance(self, writer: Writer, latest_changes: dict[str, Change], token: Token) -> None:
        def write(session: ClientSession) -> None:
            self._record(latest_changes, session)
            self._save_position(token, session)

        writer.transact(write)

    def _record(self, latest_changes: dict[str, Change], session: ClientSession | None = None) -> None:
        now = datetime.now(UTC)
        writes: list[DeleteOne | ReplaceOne[Document]] = [
            ReplaceOne({"_id": name}, {"_id": name, "noted_at": now}, upsert=True)
            if change.operation == "delete"
            else DeleteOne({"_id": name})
            for name, change in latest_changes.items()
        ]
        write_all(self._entries, writes, ordered=False, session=session)

    def deleted_among(self, kind: str, ids: Iterable[str]) -> set[str]:
        """Those of the ids whose documents were deleted."""
        names = {_entry_id(kind, document_id): document_id for document_id in ids}
        return {
            names[found["_id"]]
            for chunk in chunks(names)
            for found in self._entries.find({"_id": {"$in": chunk}}, {"_id": 1})
        }

    def forget(self, kind: str, ids: Iterable[str], session: ClientSession) -> None:
        """Remove the ids of documents that were loaded again from a new version of their object."""
        for chunk in chunks(_entry_id(kind, document_id) for document_id in ids):
            self._entries.delete_many({"_id": {"$in": chunk}}, session=session)

    def any_recorded(self) -> bool:
        """Whether any deleted document is recorded."""
        return self._entries.find_one({"_id": {"$ne": _POSITION}}, {"_id": 1}) is not None

    def _save_position(self, token: Token, session: ClientSession) -> None:
        self._entries.replace_one({"_id": _POSITION}, {"token": dict(token)}, upsert=True, session=session)


def _entry_id(kind: str, document_id: str) -> str:
    return f"{kind}\n{document_id}"
