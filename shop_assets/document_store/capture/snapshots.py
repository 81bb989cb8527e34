"""Snapshots: documents as they are now, all of a collection or some of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from shop_assets.document_store.capture.changes import Change, Operation, to_source_time
from shop_assets.document_store.capture.pages import pages
from shop_assets.document_store.collection_setup import IDS_PER_QUERY
from shop_assets.documents.chunks import chunks
from shop_assets.documents.json_text import is_utf8
from shop_assets.documents.kinds import Document, DocumentKind


@dataclass(frozen=True)
class SnapshotPage:
    """Some documents of a kind as MongoDB sent them, and the `_id` of the last one, as the field of a document."""

    kind: DocumentKind
    contents: Sequence[bytes]
    source_time: int
    last: Mapping[str, Any]


def cluster_time(database: Database[Document], session: ClientSession) -> int:
    """The current source time: at least that of every change so far, less than that of every later one.

    Args:
        database: The database of the collections.
        session: The session of the snapshot.

    Returns:
        Seconds << 32 | increment.

    Raises:
        DocumentStoreError: MongoDB is not a replica set, and therefore has no cluster time.
    """
    database.client.admin.command("ping", session=session)
    return to_source_time(session.operation_time)


def snapshot_pages(
    database: Database[Document],
    kind: DocumentKind,
    session: ClientSession,
    source_time: int,
    after: Mapping[str, Any] | None = None,
) -> Iterator[SnapshotPage]:
    """Read every document of a collection, in the order of their ids.

    They are read by pages, so that no server has to hold a collection for it. Call it after `current_stream_position`
    and `cluster_time` with the same session: the session's reads are causally after both, so nothing in between is
    missed.

    Args:
        database: The database of the collections.
        kind: The kind to read.
        session: The session of the two earlier calls.
        source_time: What `cluster_time` returned.
        after: The `_id` after which to go on, as the field of a document; by default the first document comes first.

    Yields:
        The pages.
    """
    raw = database.codec_options.with_options(document_class=RawBSONDocument)
    collection = database.get_collection(kind.name, codec_options=raw, read_concern=ReadConcern("majority"))
    for page in pages(collection, session, after=after):
        yield SnapshotPage(kind, [bytes(document.raw) for document in page], source_time, {"_id": page[-1]["_id"]})


def page_changes(page: SnapshotPage, codec_options: CodecOptions[Document]) -> Iterator[Change]:
    """Decode a page.

    Args:
        page: A page of one kind, as `snapshot_pages` yields it.
        codec_options: Of the database.

    Yields:
        A change per document, all with the page's source time.
    """
    for content in page.contents:
        document = bson.decode(content, codec_options)
        yield Change(page.kind, "snapshot", str(document["_id"]), document, page.source_time)


def snapshot_documents(
    database: Database[Document], kind: DocumentKind, ids: Iterable[str], session: ClientSession, source_time: int
) -> Iterator[Change]:
    """Read the documents of some ids, as a snapshot of them alone.

    Args:
        database: The database of the collections.
        kind: The kind to read.
        ids: Natural ids; those without a document are left out.
        session: The session in which `cluster_time` was called.
        source_time: What `cluster_time` returned.

    Yields:
        A change per document, all with this source time.
    """
    collection = database.get_collection(kind.name, read_concern=ReadConcern("majority"))
    for chunk in chunks(ids, IDS_PER_QUERY):
        for document in collection.find({"_id": {"$in": chunk}}, session=session):
            yield Change(kind, "snapshot", str(document["_id"]), document, source_time)


def current_state(
    database: Database[Document],
    kind: DocumentKind,
    earliest_times: Mapping[str, int],
    session: ClientSession,
    source_time: int,
) -> Iterator[Change]:
    """Read what some ids hold now: the document, or nothing, which is a deletion.

    Args:
        database: The database of the collections.
        kind: The kind to read.
        earliest_times: By natural id, the smallest source time that its change may have.
        session: The session in which `cluster_time` was called.
        source_time: What `cluster_time` returned.

    Yields:
        A change per id.
    """
    collection = database.get_collection(kind.name, read_concern=ReadConcern("majority"))
    for chunk in chunks(earliest_times, IDS_PER_QUERY):
        # MongoDB's texts are UTF-8: it cannot have other ids, and cannot be asked for them.
        possible = [document_id for document_id in chunk if is_utf8(document_id)]
        found = {
            str(document["_id"]): document for document in collection.find({"_id": {"$in": possible}}, session=session)
        }
        for document_id in chunk:
            document = found.get(document_id)
            operation: Operation = "delete" if document is None else "snapshot"
            yield Change(kind, operation, document_id, document, max(source_time, earliest_times[document_id]))
