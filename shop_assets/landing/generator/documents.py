"""All documents of one kind of a shop, clean or partly dirty, in their order, one at a time."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.documents.models import Document
from shop_assets.landing.generator.customers import customer
from shop_assets.landing.generator.dirt import dirty
from shop_assets.landing.generator.products import product
from shop_assets.landing.generator.purchases import purchases
from shop_assets.landing.generator.randomness import chance, stream
from shop_assets.landing.generator.shop import Shop
from shop_assets.landing.generator.stores import store

_DUPLICATE_SHARE: Final = 0.2
"""The share of the dirty documents that are clean duplicates."""


class GeneratedDocument(NamedTuple):
    """A document, and the name of its file where it has one of its own: its clean id, `-copy` after it for a copy."""

    name: str
    document: Document | dict[str, Any]


def generate(shop: Shop, kind: DocumentKind) -> Iterator[GeneratedDocument]:
    """Generate the shop's documents of one kind. Memory does not grow with their number.

    Args:
        shop: The shop; equal shops have equal documents.
        kind: The kind of the documents.

    Yields:
        The documents in the order of their numbers, a duplicate after its original.
    """
    for index, clean in enumerate(_clean(shop, kind)):
        name = str(clean[kind.id_field])  # type: ignore[literal-required]  # each kind's own id field
        if not shop.dirty_share:
            yield GeneratedDocument(name, clean)
            continue
        random = stream(shop.seed, "dirt", kind.name, index)
        if not chance(random, shop.dirty_share):
            yield GeneratedDocument(name, clean)
        elif chance(random, _DUPLICATE_SHARE):
            yield GeneratedDocument(name, clean)
            yield GeneratedDocument(f"{name}-copy", clean)
        else:
            document: dict[str, Any] = copy.deepcopy(dict(clean))  # clean documents share their parts
            dirty(random, kind, document)
            yield GeneratedDocument(name, document)


def planned(shop: Shop, kind: DocumentKind) -> int:
    """Count the documents of one kind that the shop has, without duplicates.

    Args:
        shop: The shop.
        kind: The kind of the documents.

    Returns:
        Their number, from the shop's parameters.
    """
    counts = {
        STORES: shop.stores,
        PRODUCTS: shop.products,
        CUSTOMERS: shop.customers,
        PURCHASES: shop.purchases,
    }
    return counts[kind]


def _clean(shop: Shop, kind: DocumentKind) -> Iterator[Document]:
    if kind == PURCHASES:
        return iter(purchases(shop))
    makers: dict[DocumentKind, Callable[[Shop, int], Document]] = {
        STORES: store,
        PRODUCTS: product,
        CUSTOMERS: customer,
    }
    make = makers[kind]
    return (make(shop, index) for index in range(planned(shop, kind)))
