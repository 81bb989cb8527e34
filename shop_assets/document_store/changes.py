"""Changes of the collections: a snapshot of all documents, and what changed since a position in the change stream.

Here belongs what MongoDB's change streams promise and how that is used. One stream over the database serves all kinds;
its resume token is a position. Checkpoints are the reader's to keep: `topics/checkpoints.py`.

A reader knows that it has read everything up to now by an end marker: a document of its own collection is inserted and
removed again. The stream keeps the order of writes, so when it delivers that insert it has delivered everything before.
Waiting for silence would be a guess; the marker is exact on any server and costs nothing when nothing changed.
"""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Literal

from bson.timestamp import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from shop_assets.document_store.batches import chunks
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.kinds import KIND_BY_NAME, DocumentKind

Document = dict[str, Any]
Token = Mapping[str, Any]
Operation = Literal["snapshot", "insert", "update", "replace", "delete"]

END_MARKERS: Final = "stream_fences"
BATCH_SIZE: Final = 1000
AWAIT_MS: Final = 500
STALL_SECONDS: Final = 60.0
"""A stream that neither delivers nor moves its token for so long will not reach the end marker."""

_NO_REPLICA_SET: Final = 40573

OPERATIONS: Final[frozenset[Operation]] = frozenset({"insert", "update", "replace", "delete"})
_INVALIDATING_EVENTS: Final = frozenset({"drop", "rename", "dropDatabase", "invalidate"})

# A token that cannot be resumed from: its history is gone (286, 280), or it is another server's (9, 13, 260, 50811).
_LOST: Final = frozenset({286, 280, 260, 9, 13, 50811})


class HistoryLostError(DocumentStoreError):
    """The changes since a position cannot be told any more; a snapshot can make up for them. `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the changes since the last time cannot be told: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Change:
    """A document as it is now, or None when it was deleted.

    `source_time` orders the changes of a document: MongoDB's cluster time, seconds << 32 | increment. `token` is the
    position right behind this change; a snapshot's has none.
    """

    kind: DocumentKind
    operation: Operation
    document_id: str
    document: Document | None
    source_time: int
    token: Token | None = None


@dataclass(frozen=True)
class StreamPosition:
    """A place in the stream with no change of its own: everything before it was delivered."""

    token: Token


def current_stream_position(database: Database[Document], session: ClientSession) -> StreamPosition:
    """The position of now: what is written from here on comes after it. Raises DocumentStoreError on a standalone."""
    try:
        with _open(database, None, session) as stream:
            if stream.resume_token is None:  # an event came with the answer; any place before the snapshot will do
                stream.try_next()
            token = stream.resume_token
    except OperationFailure as error:
        if error.code != _NO_REPLICA_SET:
            raise
        token = None
    if token is None:
        message = "MongoDB has no change streams: it must run as a replica set, be it of one server, version 6 or newer"
        raise DocumentStoreError(message)
    return StreamPosition(token)


def cluster_time(database: Database[Document], session: ClientSession) -> int:
    """The source time of now: no smaller than that of any change up to here, smaller than that of any later one."""
    database.client.admin.command("ping", session=session)
    return _source_time(session.operation_time)


def snapshot(
    database: Database[Document], kinds: Sequence[DocumentKind], session: ClientSession, source_time: int
) -> Iterator[Change]:
    """Every document of the collections, in natural order, marked with a source time from before the first read.

    Call it after `current_stream_position` and `cluster_time` with the same session: the session's reads are causally
    after both, so nothing in between is missed.
    """
    for kind in kinds:
        collection = database.get_collection(kind.name, read_concern=ReadConcern("majority"))
        for document in collection.find({}, batch_size=BATCH_SIZE, session=session):
            yield Change(kind, "snapshot", str(document["_id"]), document, source_time)


def snapshot_documents(
    database: Database[Document], kind: DocumentKind, ids: Iterable[str], session: ClientSession, source_time: int
) -> Iterator[Change]:
    """The documents of these ids as a snapshot of them alone; ids without a document are left out."""
    collection = database.get_collection(kind.name, read_concern=ReadConcern("majority"))
    for chunk in chunks(ids):
        for document in collection.find({"_id": {"$in": chunk}}, session=session):
            yield Change(kind, "snapshot", str(document["_id"]), document, source_time)


def changes_since(
    database: Database[Document], token: Token, operations: AbstractSet[Operation] = OPERATIONS
) -> Iterator[Change | StreamPosition]:
    """The changes after a position up to the moment of the call, in order; at the end the position reached.

    Of operations that are not asked for nothing leaves the server.

    A document that changed several times may come as it is now each time; one that is gone by the time comes only with
    its deletion. Raises HistoryLostError, DocumentStoreError when the stream stands still.
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
        if error.code in _LOST or error.has_error_label("NonResumableChangeStreamError"):
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
        # What an update set is in the document; twice in one event it could exceed the limit of 16 MB.
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
    """The stream's events until it ends; raises DocumentStoreError when it stands still."""
    moved_at, position = time.monotonic(), stream.resume_token
    while stream.alive:
        event = stream.try_next()
        if event is not None or stream.resume_token != position:
            moved_at, position = time.monotonic(), stream.resume_token
        if event is not None:
            yield event
        elif time.monotonic() - moved_at > STALL_SECONDS:
            message = (
                f"MongoDB's change stream stood still for {STALL_SECONDS:.0f} s. Has the replica set a majority? "
                "Run this step again when it has: nothing is lost"
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
            _source_time(event["clusterTime"]),
            event["_id"],
        )


def _raise_if_invalidated(event: Document) -> None:
    collection = event.get("ns", {}).get("coll")
    if collection != END_MARKERS:
        what = f"collection {collection}" if collection else "the database"
        raise HistoryLostError(f"{what} was dropped or renamed")


def _source_time(timestamp: Timestamp | None) -> int:
    if timestamp is None:
        message = "MongoDB gave no cluster time; it must be a replica set"
        raise DocumentStoreError(message)
    return timestamp.time << 32 | timestamp.inc


def _lost_reason(error: OperationFailure) -> str:
    if error.code == 286:  # noqa: PLR2004  # ChangeStreamHistoryLost
        return "MongoDB's log no longer reaches back to them (error 286)"
    return f"MongoDB cannot resume from the saved position (error {error.code})"
