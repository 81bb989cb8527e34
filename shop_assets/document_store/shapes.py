"""The shape of each kind of document: which field holds its id, and which fields are objects or lists.

One table, from which both the loader's reasons and MongoDB's validators are built. Leaves are free: a number in a
string is accepted, and MART decides what is required (`docs/documents.md`). Containers are not: a personal field is
found by its path, and could hide in a container of another shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind, FieldPath, natural_id

MISSING_ID: Final = "id is missing or blank"
LONG_ID: Final = "id is longer than 512 characters"
WRONG_SHAPE: Final = "wrong shape"

MAXIMUM_ID_LENGTH: Final = 512
"""Ids are keys of messages, and the ledger holds thousands of them; a longer one is a mistake."""

# Objects and lists by their paths; `[]` is a list of objects, `list` one of anything.
_CONTAINERS: Final[Mapping[DocumentKind, Mapping[FieldPath, str]]] = {
    STORES: {
        ("categories",): "list",
        ("manager",): "object",
        ("location",): "object",
        ("location", "coordinates"): "object",
        ("opening_hours",): "object",
    },
    PRODUCTS: {("kbju",): "object", ("manufacturer",): "object"},
    CUSTOMERS: {("purchase_location",): "object", ("delivery_address",): "object", ("preferences",): "object"},
    PURCHASES: {
        ("customer",): "object",
        ("store",): "object",
        ("store", "location"): "object",
        ("items",): "objects",
        ("delivery_address",): "object",
    },
}


@dataclass(frozen=True)
class RejectReason:
    """Why a document is rejected: a stable reason to count by, and a detail that quotes no value."""

    reason: str
    detail: str = ""


def find_shape_error(kind: DocumentKind, document: dict[str, Any]) -> RejectReason | None:
    """The first error in a document's shape; None if it may be stored."""
    document_id = natural_id(kind, document)
    if document_id is None:
        return RejectReason(MISSING_ID, f"{kind.id_field} must be a non-blank string")
    length = max(len(document_id), len(str(document[kind.id_field])))  # the validator sees it untrimmed
    if length > MAXIMUM_ID_LENGTH:
        return RejectReason(LONG_ID, f"{kind.id_field} has {length} characters")
    for path, shape in _CONTAINERS[kind].items():
        fault = _fault(document, path, shape)
        if fault is not None:
            return fault
    return None


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
        return RejectReason(f"{WRONG_SHAPE}: {dotted}", f"expected {expected} or null, found {_json_type(value)}")
    if shape == "objects":
        for position, element in enumerate(value):
            if not isinstance(element, Mapping):
                found = f"element {position} is {_json_type(element)}"
                return RejectReason(f"{WRONG_SHAPE}: {dotted}", f"expected a list of objects, {found}")
    return None


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)


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
    for path, shape in _CONTAINERS[kind].items():
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
