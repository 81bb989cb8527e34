"""The objects and lists in each kind of document, by their paths.

Leaves are free: any value may be there, and MART reads it. Containers are not: a personal field is found by its path,
and could hide in a container of another shape.
"""

from collections.abc import Mapping
from typing import Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind, FieldPath

CONTAINERS: Final[Mapping[DocumentKind, Mapping[FieldPath, str]]] = {
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
"""`object`, `objects` (a list of objects) or `list` (of anything), by kind and path."""
