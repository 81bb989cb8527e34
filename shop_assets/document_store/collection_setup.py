"""The collections: the four kinds with their validators, and the loader's own.

Their names and their creation are here. What the validators check is defined in `shapes.py`.
"""

from typing import Final

from pymongo.database import Database

from shop_assets.document_store.shapes import validator
from shop_assets.documents.kinds import KINDS, Document

REJECTED_DOCUMENTS: Final = "rejected_documents"
LOADED_OBJECTS: Final = "loaded_objects"
DELETED_DOCUMENTS: Final = "deleted_documents"
CHECKPOINTS: Final = "publications"
ACCEPTED_IDS: Final = "accepted_ids"
SENT_DOCUMENTS: Final = "sent_documents"
SENT_CHANGES: Final = "sent_changes"
SENT_TOTALS: Final = "sent_totals"
ERASURES: Final = "erasures"
REWRITTEN_OBJECTS: Final = "rewritten_objects"
KNOWN_KEYS: Final = "known_keys"

OWN_COLLECTIONS: Final = (
    REJECTED_DOCUMENTS,
    LOADED_OBJECTS,
    DELETED_DOCUMENTS,
    CHECKPOINTS,
    ACCEPTED_IDS,
    SENT_DOCUMENTS,
    SENT_CHANGES,
    SENT_TOTALS,
    ERASURES,
    REWRITTEN_OBJECTS,
    KNOWN_KEYS,
)

IDS_PER_QUERY: Final = 50
"""SecantusDB compares each document that it finds with every id of an `$in`: 1,000 ids cost 0.08 s in twenty queries
and 0.7 s in one. It makes no difference to MongoDB."""


def entry_id(kind: str, document_id: str) -> str:
    """The `_id` of what is recorded of a document: that it was deleted, or that its id was accepted.

    Args:
        kind: The name of its kind.
        document_id: Its id.

    Returns:
        Both, one a line.
    """
    return f"{kind}\n{document_id}"


def ensure_collections(database: Database[Document]) -> list[str]:
    """Create missing collections and update validators.

    Args:
        database: The database of the collections.

    Returns:
        The names of what changed.
    """
    existing = {found["name"]: found.get("options", {}) for found in database.list_collections()}
    changed = []
    for kind in KINDS:
        wanted = validator(kind)
        if kind.name not in existing:
            database.create_collection(kind.name, validator=wanted)
        elif existing[kind.name].get("validator") != wanted:
            database.command("collMod", kind.name, validator=wanted)
        else:
            continue
        changed.append(kind.name)
    for name in OWN_COLLECTIONS:
        if name not in existing:
            database.create_collection(name)
            changed.append(name)
    # Each time, which is one request if it exists: the run that created the collection may have been killed right
    # after.
    database[REJECTED_DOCUMENTS].create_index("object_key")
    return changed
