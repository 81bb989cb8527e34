"""The names under which other shops have ids: an object that has one of them is a document and no wrapper."""

from functools import cache
from typing import Final

from shop_assets.documents.kinds import KINDS, DocumentKind

_GENERAL: Final = (
    "id",
    "key",
    "code",
    "uuid",
    "guid",
    "uid",
    "ref",
    "number",
    "no",
    "num",
    "sku",
    "article",
    "externalid",
)
_OF_WRAPPERS: Final = frozenset({"key", "code", "ref", "number", "no", "num"})
"""What wrappers and pages have too, and is not a document's id there."""


def plain_name(name: str) -> str:
    """A field's name without its letter case and its signs.

    Args:
        name: A field's own name, without those of the objects around it.

    Returns:
        The same for `productId`, `PRODUCT-ID` and `product_id`.
    """
    return "".join(letter for letter in name.lower() if letter.isalnum())


@cache
def id_names(kind: DocumentKind) -> frozenset[str]:
    """Name the fields that may hold a document's id in another shop.

    Args:
        kind: The document's kind.

    Returns:
        The names, as `plain_name` writes them.
    """
    own = {f"{name}{end}" for name in (kind.singular, kind.name) for end in ("", *_GENERAL)} - {kind.name}
    return frozenset({*_GENERAL, *own, *(plain_name(other.id_field) for other in KINDS)})


@cache
def document_id_names() -> frozenset[str]:
    """Name the fields that only a document has, of whichever kind.

    Returns:
        The names, as `plain_name` writes them.
    """
    return frozenset[str]().union(*map(id_names, KINDS)) - _OF_WRAPPERS
