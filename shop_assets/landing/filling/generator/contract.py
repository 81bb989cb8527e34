"""The JSON Schema of a kind with an example, for producers: `shop schema` prints it, `docs/schemas/` has it."""

from datetime import date
from typing import Any, Final

from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.schemas import json_schema
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop

_SHOP: Final = Shop(1, stores=1, products=20, customers=1, purchases=1, as_of=date(2026, 1, 31))


def example(kind: DocumentKind) -> dict[str, Any]:
    """A generated document of the kind.

    Args:
        kind: The kind.

    Returns:
        The same document every time; the persons and addresses in it are made up.
    """
    return dict(next(generate(_SHOP, kind)).document)


def contract(kind: DocumentKind) -> dict[str, Any]:
    """The schema of the kind, with an example.

    Args:
        kind: The kind.

    Returns:
        A JSON Schema of draft 2020-12.
    """
    return json_schema(kind) | {"examples": [example(kind)]}
