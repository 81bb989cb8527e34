"""Whether two documents with one id are of one person or thing.

Ids that differ only by letter case or blanks are one id (`docs/document_fields.md`, "Ids"), so one of the documents
would replace the other. Where they disagree on who or what they are, nobody knows whether the source has two people or
two spellings: the later one is rejected until somebody says that they are one. So is the later one of a file that has
an id twice, for two purchases or two people.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind, FieldPath

OTHER_SPELLING: Final = "id differs from another only by letter case or blanks, and the documents disagree"
SAME_ID: Final = "another document of its file has the same id and stands for something else"

_FACTS: Final[Mapping[DocumentKind, tuple[tuple[FieldPath, ...], ...]]] = {
    STORES: ((("location", "city"), ("store_name",)),),
    PRODUCTS: ((("name",), ("barcode",)),),
    CUSTOMERS: ((("registration_date",), ("first_name",), ("last_name",), ("birth_date",)), (("phone",), ("email",))),
    PURCHASES: ((("customer", "customer_id"), ("store", "store_id"), ("purchase_datetime",)),),
}
"""By what a document is known. A later group counts only where both documents have nothing of the earlier ones: people
change their phones."""

_MEANING: Final[Mapping[DocumentKind, tuple[FieldPath, ...]]] = {
    STORES: (("location", "city"),),
    PRODUCTS: (),
    CUSTOMERS: (("registration_date",),),
    PURCHASES: (("customer", "customer_id"), ("store", "store_id"), ("purchase_datetime",)),
}
"""What an id stands for. Everything else of a document may be corrected."""


def stand_for_two(kind: DocumentKind, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether an id stands for one thing in one document and for another in the other.

    Args:
        kind: Their kind.
        one: A document.
        other: The other one, whose id is spelled alike.

    Returns:
        True if a fact that both have differs.
    """
    return any(first != second for first, second in _shared(one, other, _MEANING[kind]))


def disagree(kind: DocumentKind, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents say that they are of different people or things.

    Args:
        kind: Their kind.
        one: A document.
        other: The other one.

    Returns:
        True if a fact that both have differs.
    """
    for group in _FACTS[kind]:
        shared = list(_shared(one, other, group))
        if shared:
            return any(first != second for first, second in shared)
    return False


def lose_lines(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Whether a purchase has lines that its later document of the same file has not: files with one document for each
    line of a purchase look like that, and the last line would be the whole purchase.

    Args:
        earlier: A document.
        later: The one that replaces it.

    Returns:
        True if the later one lacks a line of the earlier; False for other kinds.
    """
    if PURCHASES.id_field not in earlier:
        return False
    lines, left = earlier.get("items"), later.get("items")
    return isinstance(lines, list) and isinstance(left, list) and any(line not in left for line in lines)


def _shared(
    one: Mapping[str, Any], other: Mapping[str, Any], paths: tuple[FieldPath, ...]
) -> Iterator[tuple[str, str]]:
    for path in paths:
        first, second = _fact(one, path), _fact(other, path)
        if first and second:
            yield first, second


def _fact(document: Any, path: FieldPath) -> str:
    for name in path:
        document = document.get(name) if isinstance(document, Mapping) else None
    if document is None or isinstance(document, Mapping | list):
        return ""
    if isinstance(document, datetime):
        return f"{document:%Y-%m-%dt%H:%M:%S}z"
    return " ".join(unicodedata.normalize("NFKC", str(document)).lower().split())
