"""Objects of landing that an erasure rewrote: the load ledger takes them for loaded, as they were before.

Loaded again they would bring back what was deleted or changed in MongoDB alone. The intention is stored before the
object is written, so that a kill in between is settled by whoever comes next: the erasure, or a load.
"""

from collections.abc import Iterable
from typing import Final

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.document_store.collection_setup import LOADED_OBJECTS, REJECTED_DOCUMENTS, REWRITTEN_OBJECTS
from shop_assets.document_store.loads.ledger import record_ids
from shop_assets.documents.kinds import Document
from shop_assets.object_store.bucket import Bucket, ObjectSummary

DELETED: Final = ""
"""The ETag of an object that is deleted."""


def announce(
    database: Database[Document], writer: Writer, before: ObjectSummary, etag: str, size: int, gone: Iterable[str]
) -> None:
    """Say that an object will be rewritten.

    Args:
        database: The database of the collections.
        writer: Makes the write.
        before: The object as it is.
        etag: The ETag that it will have; `DELETED` if it will be deleted.
        size: Its size then, in bytes.
        gone: The ids of the documents that it will no longer have.
    """
    intention = {"_id": before.key, "before": before.etag, "etag": etag, "size": size, "gone": sorted(gone)}
    writer.transact(
        lambda session: database[REWRITTEN_OBJECTS].replace_one(
            {"_id": before.key}, intention, upsert=True, session=session
        )
    )


def settle(database: Database[Document], bucket: Bucket, writer: Writer) -> None:
    """Bring the ledger up to date with the objects that were announced; those that were not rewritten are left alone.

    Of an object that was, older versions go: a kill may have come before they did.

    Args:
        database: The database of the collections.
        bucket: The landing bucket.
        writer: Makes the writes.
    """
    for intention in list(database[REWRITTEN_OBJECTS].find()):
        summary = bucket.find(intention["_id"])
        if summary is None or summary.etag != intention["before"]:
            bucket.delete_older_versions(intention["_id"])

        def write(
            session: ClientSession, intention: Document = intention, summary: ObjectSummary | None = summary
        ) -> None:
            if summary is None:
                _forget(database, intention["_id"], session)
            elif summary.etag == intention["etag"]:
                _adopt(database, intention, summary, session)
            database[REWRITTEN_OBJECTS].delete_one({"_id": intention["_id"]}, session=session)

        writer.transact(write)


def _adopt(database: Database[Document], intention: Document, summary: ObjectSummary, session: ClientSession) -> None:
    entries, key = database[LOADED_OBJECTS], summary.key
    entry = entries.find_one({"_id": key, "etag": intention["before"]}, session=session)
    if entry is not None:
        entries.update_many(
            {"_id": {"$in": record_ids(entry)}}, {"$pullAll": {"ids": intention["gone"]}}, session=session
        )
        entries.update_one({"_id": key}, {"$set": {"etag": summary.etag, "size": summary.size}}, session=session)
    found = database[REJECTED_DOCUMENTS].find({"object_key": key, "etag": intention["before"]}, session=session)
    for reject in list(found):
        rejects.move(database, reject, session, etag=summary.etag)


def _forget(database: Database[Document], key: str, session: ClientSession) -> None:
    entry = database[LOADED_OBJECTS].find_one({"_id": key}, session=session)
    if entry is not None:
        database[LOADED_OBJECTS].delete_many({"_id": {"$in": record_ids(entry)}}, session=session)
    database[REJECTED_DOCUMENTS].delete_many({"object_key": key}, session=session)
