"""The four kinds of document, in the order in which they refer to one another."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

FieldPath = tuple[str, ...]

Document = dict[str, Any]
"""A document as it is parsed or stored."""


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document.

    `name` is its folder in landing, its collection, the end of its topic's name and its table in RAW and MART;
    `id_field` the field that holds its natural id; `phones` and `emails` are the paths of its personal fields, and
    `references` the fields that hold ids of other documents (`[]` is an element of a list).
    """

    name: str
    singular: str
    id_field: str
    phones: tuple[FieldPath, ...] = ()
    emails: tuple[FieldPath, ...] = ()
    references: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        """The same kind in a worker process: comparing and hashing it then costs nothing."""
        return _kind_named, (self.name,)

    @cached_property
    def personal_paths(self) -> frozenset[str]:
        """The paths of its phones and e-mails, as text: `manager.phone`."""
        return frozenset(".".join(path) for path in (*self.phones, *self.emails))

    @cached_property
    def id_paths(self) -> frozenset[str]:
        """The paths of its own id and of its references."""
        return self.references | {self.id_field}


STORES: Final = DocumentKind(
    "stores", "store", "store_id", phones=(("manager", "phone"),), emails=(("manager", "email"),)
)
PRODUCTS: Final = DocumentKind("products", "product", "id")
CUSTOMERS: Final = DocumentKind(
    "customers",
    "customer",
    "customer_id",
    phones=(("phone",),),
    emails=(("email",),),
    references=frozenset({"purchase_location.store_id"}),
)
PURCHASES: Final = DocumentKind(
    "purchases",
    "purchase",
    "purchase_id",
    phones=(("customer", "phone"),),
    emails=(("customer", "email"),),
    references=frozenset({"customer.customer_id", "store.store_id", "items[].product_id"}),
)

KINDS: Final = (STORES, PRODUCTS, CUSTOMERS, PURCHASES)
KIND_BY_NAME: Final = {kind.name: kind for kind in KINDS}


def _kind_named(name: str) -> DocumentKind:
    return KIND_BY_NAME[name]


def natural_id(kind: DocumentKind, document: dict[str, object]) -> str | None:
    """The id under which a document is stored and compared: trimmed, in lower case.

    Two spellings of an id are one document (`docs/document_fields.md`, section "Ids").

    Args:
        kind: The document's kind, which names the field.
        document: The parsed document.

    Returns:
        The id, or None if it is missing, blank or not a string.
    """
    value = document.get(kind.id_field)
    if not isinstance(value, str):
        return None
    return value.strip().lower() or None
