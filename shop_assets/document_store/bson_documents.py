"""From a parsed document to the BSON that is stored, or to the reason why MongoDB would not accept it.

Documents are encoded once, here, and sent as they are: one that cannot be encoded is rejected alone, not with its
batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import bson
from bson.errors import InvalidDocument
from bson.raw_bson import RawBSONDocument

from shop_assets.document_store.shapes import MISSING_ID, RejectReason, find_shape_error
from shop_assets.documents.kinds import DocumentKind, natural_id
from shop_assets.language.counts import counted

MAXIMUM_BYTES: Final = 15 * 1024 * 1024
"""MongoDB's limit is 16 MB, and a change event, which holds the whole document, must stay below it too."""

MAXIMUM_DEPTH: Final = 100
"""MongoDB supports no deeper nesting (its manual, "MongoDB Limits and Thresholds")."""

REFERENCE: Final = "$ref"
"""MongoDB's clients mistake an object with this field for a reference: it would not come back unchanged."""

TOO_LARGE: Final = "larger than 15 MiB"
TOO_DEEP: Final = "nested deeper than 100 levels"
LARGE_INTEGER: Final = "integer beyond 64 bits"
BAD_FIELD_NAME: Final = "field name that MongoDB does not take"
BAD_TEXT: Final = "text that is not valid Unicode"


@dataclass(frozen=True)
class StorableDocument:
    """A document as it will be stored, its `_id`, and how its id is spelled in it."""

    document_id: str
    bson: RawBSONDocument
    spelling: str


def to_bson(kind: DocumentKind, document: dict[str, Any]) -> StorableDocument | RejectReason:
    """Encode a document under its natural id, with its order of keys; a field `_id` of the source is replaced.

    Args:
        kind: Its kind.
        document: The document, in our terms.

    Returns:
        The document as it is stored, or why MongoDB would not take it.
    """
    fault = find_shape_error(kind, document) or _find_storage_error(document)
    document_id = natural_id(kind, document)
    if fault is not None or document_id is None:
        return fault or RejectReason(MISSING_ID)
    stored = {"_id": None} | document | {"_id": document_id}
    try:
        encoded = bson.encode(stored)
    except OverflowError:
        return RejectReason(LARGE_INTEGER)
    except UnicodeEncodeError:
        return RejectReason(BAD_TEXT, "a lone surrogate")
    except InvalidDocument:
        return RejectReason(BAD_FIELD_NAME, "a NUL character")
    if len(encoded) > MAXIMUM_BYTES:
        return RejectReason(TOO_LARGE, counted(len(encoded), "byte"))
    return StorableDocument(document_id, RawBSONDocument(encoded), document[kind.id_field])


def _find_storage_error(document: dict[str, Any]) -> RejectReason | None:
    # It could be inserted, but never replaced (MongoDB's error 52), and therefore never corrected.
    if any(name.startswith("$") for name in document):
        return RejectReason(BAD_FIELD_NAME, "begins with $")
    # One iterator per level, whatever a level holds: a document may have millions of empty lists.
    levels: list[Iterator[Any]] = [iter([document])]
    while levels:
        for value in levels[-1]:
            if isinstance(value, (dict, list)):
                if len(levels) > MAXIMUM_DEPTH:
                    return RejectReason(TOO_DEEP)
                if isinstance(value, dict) and REFERENCE in value:
                    return RejectReason(BAD_FIELD_NAME, f"{REFERENCE}, which MongoDB reserves for references")
                levels.append(iter(value.values() if isinstance(value, dict) else value))
                break
        else:
            levels.pop()
    return None
