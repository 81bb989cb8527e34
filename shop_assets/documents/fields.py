"""The fields of each kind of document, by their paths: `store.store_id`, `items[].quantity`."""

import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from typing_extensions import is_typeddict

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.documents.models import Customer, Product, Purchase, Store

MODELS: Final[Mapping[DocumentKind, Any]] = {
    STORES: Store,
    PRODUCTS: Product,
    CUSTOMERS: Customer,
    PURCHASES: Purchase,
}


@cache
def field_names(kind: DocumentKind) -> frozenset[str]:
    """Name the fields at the top of a document.

    Args:
        kind: The document's kind.

    Returns:
        Their names.
    """
    return frozenset(typing.get_type_hints(MODELS[kind]))


@cache
def field_paths(kind: DocumentKind) -> tuple[str, ...]:
    """Name every field that is no object, at any depth.

    Args:
        kind: The document's kind.

    Returns:
        Paths such as `store.store_id` and `items[].quantity`, in the order of the model.
    """
    return tuple(_paths(MODELS[kind], ""))


@cache
def number_paths(kind: DocumentKind) -> frozenset[str]:
    """Name the fields that hold numbers, at any depth.

    Args:
        kind: The document's kind.

    Returns:
        Paths as `field_paths` has them.
    """
    return frozenset(path for path in field_paths(kind) if _type_at(MODELS[kind], path) in {int, float})


def _type_at(hint: Any, path: str) -> Any:
    for name in path.replace("[]", "").split("."):
        inner = next((one for one in (hint, *typing.get_args(hint)) if is_typeddict(one)), hint)
        hint = typing.get_type_hints(inner)[name]
    return next((one for one in typing.get_args(hint) if one in {int, float}), hint)


def _paths(model: Any, prefix: str) -> Iterator[str]:
    for name, hint in typing.get_type_hints(model).items():
        yield from _paths_of(hint, f"{prefix}{name}")


def _paths_of(hint: Any, path: str) -> Iterator[str]:
    if is_typeddict(hint):
        yield from _paths(hint, f"{path}.")
        return
    inner = [argument for argument in typing.get_args(hint) if is_typeddict(argument)]
    if not inner:
        yield path
    for model in inner:
        yield from _paths(model, f"{path}[]." if typing.get_origin(hint) is list else f"{path}.")
