"""All documents of one kind of a shop, clean or partly dirty, in their order, one at a time."""

import copy
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.documents.models import CleanDocument
from shop_assets.landing.filling.generator.customers import customer
from shop_assets.landing.filling.generator.dirt import dirty
from shop_assets.landing.filling.generator.products import product
from shop_assets.landing.filling.generator.purchase_times import purchases_per_day
from shop_assets.landing.filling.generator.purchases import PurchaseFactory
from shop_assets.landing.filling.generator.randomness import chance, stream
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.landing.filling.generator.stores import store

_DUPLICATE_SHARE: Final = 0.2
"""The share of the dirty documents that are clean duplicates."""


class GeneratedDocument(NamedTuple):
    """A document, and the name of its file where it has one of its own: its clean id, `-copy` after it for a copy."""

    name: str
    document: CleanDocument | dict[str, Any]


PART: Final = 2_000
"""Documents of a part; purchases are in parts of a day."""


class Part(NamedTuple):
    """Documents that can be generated without the others: `size` from the number `first` on; purchases of a day."""

    first: int
    size: int
    day: date | None = None


class ShopDocuments:
    """The documents of one kind of a shop, in parts. Another process gets the shop, and generates what it remembers."""

    def __init__(self, shop: Shop, kind: DocumentKind) -> None:
        self._shop = shop
        self._kind = kind
        self._purchases = PurchaseFactory(shop) if kind == PURCHASES else None

    def __reduce__(self) -> tuple[type["ShopDocuments"], tuple[Shop, DocumentKind]]:
        return ShopDocuments, (self._shop, self._kind)

    def parts(self) -> Iterator[Part]:
        """Divide the documents.

        Yields:
            All parts, in the order of their documents.
        """
        if self._kind == PURCHASES:
            first = 0
            for day, count in purchases_per_day(self._shop):
                yield Part(first, count, day)
                first += count
        else:
            documents = planned(self._shop, self._kind)
            yield from (Part(first, min(PART, documents - first)) for first in range(0, documents, PART))

    def of(self, part: Part) -> Iterator[GeneratedDocument]:
        """Generate the documents of a part.

        Args:
            part: One of `parts`.

        Yields:
            The documents in the order of their numbers, a duplicate after its original.
        """
        shop, kind = self._shop, self._kind
        for index, clean in enumerate(self._clean(part), start=part.first):
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

    def _clean(self, part: Part) -> Iterator[CleanDocument]:
        if self._purchases is not None and part.day is not None:
            return iter(self._purchases.of_day(part.day, part.size))
        makers: dict[DocumentKind, Callable[[Shop, int], CleanDocument]] = {
            STORES: store,
            PRODUCTS: product,
            CUSTOMERS: customer,
        }
        make = makers[self._kind]
        return (make(self._shop, index) for index in range(part.first, part.first + part.size))


def generate(shop: Shop, kind: DocumentKind) -> Iterator[GeneratedDocument]:
    """Generate the shop's documents of one kind. Memory does not grow with their number.

    Args:
        shop: The shop; equal shops have equal documents.
        kind: The kind of the documents.

    Yields:
        The documents in the order of their numbers, a duplicate after its original.
    """
    documents = ShopDocuments(shop, kind)
    for part in documents.parts():
        yield from documents.of(part)


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
