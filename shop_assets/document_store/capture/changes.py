"""Changes of the collections since a position in the change stream; `snapshots.py` has the documents as they are now.

This module knows what MongoDB's change streams guarantee. One stream over the database serves all kinds, and its resume
token is a position in it. The reader saves its position: `topics/checkpoints.py`.

A reader knows that it has read everything up to now by an end marker: a document of its own collection is inserted and
removed again. The stream keeps the order of writes, so when it delivers that insert it has delivered everything before.
Waiting for silence would be a guess; the marker is exact on any server and costs nothing when nothing changed.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Literal

from bson.timestamp import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.kinds import KIND_BY_NAME, Document, DocumentKind

Token = Mapping[str, Any]
Operation = Literal["snapshot", "insert", "update", "replace", "delete"]

END_MARKERS: Final = "stream_fences"
BATCH_SIZE: Final = 1000
AWAIT_MS: Final = 500
STALL_SECONDS: Final = 60.0
"""A stream that neither delivers nor moves its token for this long will not reach the end marker."""

LAST_INCREMENT: Final = (1 << 32) - 1
"""The largest increment within one second of cluster time."""

_NO_REPLICA_SET: Final = 40573

OPERATIONS: Final[frozenset[Operation]] = frozenset({"insert", "update", "replace", "delete"})
_INVALIDATING_EVENTS: Final = frozenset({"drop", "rename", "dropDatabase", "invalidate"})

# A token that MongoDB cannot resume from: its history is gone (286, 280), or it is another server's (9, 13, 260,
# 50811).
_LOST_HISTORY_CODES: Final = frozenset({286, 280, 260, 9, 13, 50811})


class HistoryLostError(DocumentStoreError):
    """The changes since a token are no longer available; a snapshot replaces them. `reason` is shown to users."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the changes since the last run are no longer available: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Change:
    """A document as it is now, or None if it was deleted.

    `source_time` orders the changes of a document: MongoDB's cluster time, seconds << 32 | increment, but no second of
    the future. `token` is the position right after this change; a change of a snapshot has none.
    """

    kind: DocumentKind
    operation: Operation
    document_id: str
    document: Document | None
    source_time: int
    token: Token | None = None


@dataclass(frozen=True)
class StreamPosition:
    """A position in the stream without a change of its own: everything before it was delivered."""

    token: Token


def current_stream_position(database: Database[Document], session: ClientSession) -> StreamPosition:
    """The current position in the change stream: later writes come after it.

    Args:
        database: The database of the collections.
        session: A session for the snapshot that follows.

    Returns:
        The position, with its resume token.

    Raises:
        DocumentStoreError: MongoDB is not a replica set, and therefore has no change streams.
    """
    try:
        with _open(database, None, session) as stream:
            if stream.resume_token is None:  # an event came with the response; any position before the snapshot will do
                stream.try_next()
            token = stream.resume_token
    except OperationFailure as error:
        if error.code != _NO_REPLICA_SET:
            raise
        token = None
    if token is None:
        message = (
            "MongoDB has no change streams: it must run as a replica set (one member is enough), version 6 or newer"
        )
        raise DocumentStoreError(message)
    return StreamPosition(token)


def is_available(database: Database[Document], token: Token) -> bool:
    """Find out whether the changes since a position are still available.

    Args:
        database: The database of the collections.
        token: The position.

    Returns:
        False if MongoDB cannot resume from it.
    """
    try:
        with _open(database, token, None):
            return True
    except OperationFailure as error:
        if _is_lost(error):
            return False
        raise


def changes_since(
    database: Database[Document], token: Token, operations: AbstractSet[Operation] = OPERATIONS
) -> Iterator[Change | StreamPosition]:
    """Read the changes from a token up to the moment of the call.

    A document that changed several times may come as it is now each time; one that has been deleted in the meantime
    comes only with its deletion.

    Args:
        database: The database of the collections.
        token: Where to resume.
        operations: The operations of interest; the server sends no others.

    Yields:
        The changes in order, and at the end the position that was reached.

    Raises:
        HistoryLostError: MongoDB cannot resume from the token.
        DocumentStoreError: The stream stalled.
    """
    marker = uuid.uuid4().hex
    database[END_MARKERS].insert_one({"_id": marker})
    database[END_MARKERS].delete_many({})  # with what a killed reader left
    try:
        with _open(database, token, None, operations) as stream:
            for event in _events(stream):
                if event["operationType"] in _INVALIDATING_EVENTS:
                    _raise_if_invalidated(event)
                elif event["ns"]["coll"] != END_MARKERS:
                    yield from _changes(event)
                elif event["documentKey"]["_id"] == marker:
                    yield StreamPosition(event["_id"])
                    return
    except OperationFailure as error:
        if _is_lost(error):
            raise HistoryLostError(_lost_reason(error)) from error
        raise


def _open(
    database: Database[Document],
    token: Token | None,
    session: ClientSession | None,
    operations: AbstractSet[Operation] = OPERATIONS,
) -> ChangeStream[Document]:
    collections = [*KIND_BY_NAME, END_MARKERS]
    concerned = [
        {"ns.coll": {"$in": collections}},
        {"to.coll": {"$in": collections}},  # another collection renamed to one of ours
        {"ns.coll": {"$exists": False}},  # the database as a whole: dropDatabase, invalidate
    ]
    pipeline: list[Document] = [
        {"$match": {"$or": concerned}},
        {"$match": {"$or": [{"ns.coll": {"$ne": END_MARKERS}}, {"operationType": "insert"}]}},
        {"$match": {"$or": [{"ns.coll": END_MARKERS}, {"operationType": {"$nin": sorted(OPERATIONS - operations)}}]}},
        # What an update changed is in the document too; twice in one event it could exceed the limit of 16 MB.
        {"$project": {"updateDescription": 0}},
    ]
    return database.watch(
        pipeline,
        full_document="updateLookup",
        resume_after=token,
        max_await_time_ms=AWAIT_MS,
        batch_size=BATCH_SIZE,
        session=session,
    )


def _events(stream: ChangeStream[Document]) -> Iterator[Document]:
    """The stream's events. Raises DocumentStoreError when it stalls, HistoryLostError when the server ends it."""
    moved_at, position = time.monotonic(), stream.resume_token
    while stream.alive:
        event = stream.try_next()
        if event is not None or stream.resume_token != position:
            moved_at, position = time.monotonic(), stream.resume_token
        if event is not None:
            yield event
        elif time.monotonic() - moved_at > STALL_SECONDS:
            message = (
                f"MongoDB's change stream stalled for {STALL_SECONDS:.0f} s. Does the replica set have a majority? "
                "Nothing is lost: run this step again when it does"
            )
            raise DocumentStoreError(message)
    raise HistoryLostError("the change stream ended")


def _changes(event: Document) -> Iterator[Change]:
    operation = event["operationType"]
    # An update's document is looked up now: when it is gone, its deletion follows.
    if operation in OPERATIONS and (operation == "delete" or event.get("fullDocument") is not None):
        yield Change(
            KIND_BY_NAME[event["ns"]["coll"]],
            operation,
            str(event["documentKey"]["_id"]),
            event.get("fullDocument"),
            to_source_time(event["clusterTime"]),
            event["_id"],
        )


def _raise_if_invalidated(event: Document) -> None:
    collection = event.get("ns", {}).get("coll")
    if collection != END_MARKERS:
        what = f"collection {collection}" if collection else "the database"
        raise HistoryLostError(f"{what} was dropped or renamed")


def to_source_time(timestamp: Timestamp | None) -> int:
    """Convert MongoDB's cluster time to a source time.

    Args:
        timestamp: The cluster time of a change, or of a session.

    Returns:
        Seconds << 32 | increment, but no second of the future.

    Raises:
        DocumentStoreError: There is none, because MongoDB is not a replica set.
    """
    if timestamp is None:
        message = "MongoDB returned no cluster time; it must be a replica set"
        raise DocumentStoreError(message)
    # A MongoDB whose clock is ahead, or once was, gives times of the future, which no reader believes. Its changes are
    # ordered by the second in which they are read, and by their offsets within it: as its times grow and the clock
    # goes on, so does the smaller of the two.
    now = int(time.time())
    return timestamp.time << 32 | timestamp.inc if timestamp.time <= now else now << 32 | LAST_INCREMENT


def _is_lost(error: OperationFailure) -> bool:
    return error.code in _LOST_HISTORY_CODES or error.has_error_label("NonResumableChangeStreamError")


def _lost_reason(error: OperationFailure) -> str:
    if error.code == 286:  # noqa: PLR2004  # ChangeStreamHistoryLost
        return "MongoDB's oplog no longer reaches back to them (error 286)"
    return f"MongoDB cannot resume from the saved position (error {error.code})"
