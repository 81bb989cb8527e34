"""The shape of each kind of document: which field holds its id, and which fields are objects or lists.

The table is `documents/containers.py`; both the loader's reasons and MongoDB's validators are built from it. Leaves are
free: a number in a string is accepted, and MART decides what is required (`docs/document_fields.md`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.containers import CONTAINERS
from shop_assets.documents.id_names import id_names, plain_name
from shop_assets.documents.json_types import json_type
from shop_assets.documents.kinds import DocumentKind, FieldPath, natural_id

NO_TEXT_ID: Final = "id is not a text"
MISSING_ID: Final = "id is missing or blank"
LONG_ID: Final = "id is longer than 512 characters"
WRONG_SHAPE: Final = "wrong shape"

MAXIMUM_ID_LENGTH: Final = 512
"""Ids are keys of messages, and the ledger holds thousands of them; a longer one is a mistake."""


@dataclass(frozen=True)
class RejectReason:
    """Why a document is rejected: a stable reason to count by, and a detail that quotes no value."""

    reason: str
    detail: str = ""


def find_shape_error(kind: DocumentKind, document: dict[str, Any]) -> RejectReason | None:
    """The first error in a document's shape; None if it may be stored."""
    document_id = natural_id(kind, document)
    if document_id is None:
        return _id_error(kind, document)
    length = max(len(document_id), len(str(document[kind.id_field])))  # the validator sees it untrimmed
    if length > MAXIMUM_ID_LENGTH:
        return RejectReason(LONG_ID, f"{kind.id_field} has {length} characters")
    for path, shape in CONTAINERS[kind].items():
        fault = _fault(document, path, shape)
        if fault is not None:
            return fault
    return None


def _id_error(kind: DocumentKind, document: Mapping[str, Any]) -> RejectReason:
    """Say what is wrong with an id, by names and types that are known: a field's name may be personal data too."""
    value = document.get(kind.id_field)
    if value is not None and not isinstance(value, str):
        return RejectReason(f"{NO_TEXT_ID}: {json_type(value)}", f"{kind.id_field} must be a text")
    if value is None:
        others = [name for name in document if name != kind.id_field and plain_name(name) in id_names(kind)]
        if others:
            named = f"field `{kind.id_field}` is missing; found `{others[0]}`"
            return RejectReason(named, "a mapping can say that it is the id: docs/mapping.md")
    return RejectReason(MISSING_ID, f"{kind.id_field} must be a non-blank string")


def _fault(document: Mapping[str, Any], path: FieldPath, shape: str) -> RejectReason | None:
    value: Any = document
    for name in path:
        if not isinstance(value, Mapping):
            return None  # reported by its own entry in the table, or null
        value = value.get(name)
    if value is None:
        return None
    dotted = ".".join(path)
    if not isinstance(value, Mapping if shape == "object" else list):
        expected = "an object" if shape == "object" else "a list"
        return RejectReason(f"{WRONG_SHAPE}: {dotted}", f"expected {expected} or null, found {json_type(value)}")
    if shape == "objects":
        for position, element in enumerate(value):
            if not isinstance(element, Mapping):
                found = f"element {position} is {json_type(element)}"
                return RejectReason(f"{WRONG_SHAPE}: {dotted}", f"expected a list of objects, {found}")
    return None


def validator(kind: DocumentKind) -> dict[str, Any]:
    """MongoDB's `$jsonSchema` for a kind, for writers to the collection other than this project's loader."""
    schema: dict[str, Any] = {
        "bsonType": "object",
        "required": [kind.id_field],
        "properties": {
            "_id": {"bsonType": "string"},  # the natural id: the key of messages, and in the ledger
            kind.id_field: {"bsonType": "string", "pattern": r"\S", "maxLength": MAXIMUM_ID_LENGTH},
        },
    }
    for path, shape in CONTAINERS[kind].items():
        parent = schema
        for name in path[:-1]:
            parent = parent["properties"][name]
        parent.setdefault("properties", {})[path[-1]] = _container_schema(shape)
    return {"$jsonSchema": schema}


def _container_schema(shape: str) -> dict[str, Any]:
    if shape == "object":
        return {"bsonType": ["object", "null"]}
    if shape == "objects":
        return {"bsonType": ["array", "null"], "items": {"bsonType": "object"}}
    return {"bsonType": ["array", "null"]}
