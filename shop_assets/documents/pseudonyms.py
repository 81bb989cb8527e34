"""What stays of a purchase when its customer is erased: what statistics need, under a pseudonym."""

from collections.abc import Mapping
from typing import Any, Final, get_type_hints

from bson.decimal128 import Decimal128

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.documents.marks import is_mark
from shop_assets.documents.models import PurchaseItem, PurchaseStore

PSEUDONYM_PREFIX: Final = "erased-"
"""How the pseudonyms of erased customers begin: they are not customers, and no check misses them."""

_KEPT: Final = frozenset(
    {"_id", PURCHASES.id_field, "total_amount", "payment_method", "is_delivery", "purchase_datetime"}
)
_STORE_FIELDS: Final = frozenset(get_type_hints(PurchaseStore))
_ITEM_FIELDS: Final = frozenset(get_type_hints(PurchaseItem))

_MOST_DIGITS: Final = 34
"""Of a decimal of MongoDB, without its exponent."""


def customer_reference(purchase: Mapping[str, Any]) -> str | None:
    """The id of a purchase's customer, as ids are compared.

    Args:
        purchase: A purchase as delivered, or as MongoDB has it.

    Returns:
        The id, trimmed and in lower case; None if there is none.
    """
    customer = purchase.get("customer")
    reference = customer.get("customer_id") if isinstance(customer, Mapping) else None
    return comparable_id(reference)


def without_store(purchase: Mapping[str, Any]) -> dict[str, Any]:
    """What may say who bought, in a purchase that names no customer.

    Args:
        purchase: The purchase in our terms; it is not changed.

    Returns:
        A copy without the store, whose phones and e-mails are on the receipts of all its customers.
    """
    return {name: value for name, value in purchase.items() if name != "store"}


def customer_id_in(kind: DocumentKind, document: Mapping[str, Any]) -> str | None:
    """The id of the customer whom a document is about, as ids are compared.

    Args:
        kind: The kind of the document.
        document: The document in our terms.

    Returns:
        A customer's own id, or the id of a purchase's customer; None if there is none, or for another kind.
    """
    if kind == CUSTOMERS:
        return comparable_id(document.get(kind.id_field))
    return customer_reference(document) if kind == PURCHASES else None


def comparable_id(value: object) -> str | None:
    """An id as ids are compared.

    Args:
        value: A value of a document.

    Returns:
        The text, trimmed and in lower case, or the whole number as text, which pandas writes as 17.0; None for anything
        else.
    """
    if isinstance(value, Decimal128):
        return _whole(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip().lower() or None


def _whole(value: Decimal128) -> str | None:
    decimal = value.to_decimal()
    # Its digits alone would fill the memory if the exponent is large.
    is_whole = decimal.is_finite() and decimal.adjusted() <= _MOST_DIGITS and decimal == decimal.to_integral_value()
    return str(int(decimal)) if is_whole else None


def pseudonymised(purchase: Mapping[str, Any], pseudonym: str) -> dict[str, Any]:
    """A purchase without anything that says who bought.

    Store, lines, amounts, payment, time and the marks of no sale stay. Everything else goes: the copies of the
    customer's fields, the address of delivery, and every field that the model does not have, such as a comment.

    Args:
        purchase: The purchase in our terms; it is not changed.
        pseudonym: Stands for the customer.

    Returns:
        A copy, in the same order of fields; the same for one that was pseudonymised before.
    """
    result: dict[str, Any] = {}
    for name, value in purchase.items():
        if name == "customer":
            result[name] = {"customer_id": pseudonym}
        elif name == "store":
            result[name] = _only(value, _STORE_FIELDS)
        elif name == "items":
            result[name] = [_line(line) for line in value] if isinstance(value, list) else None
        elif name == "delivery_address":
            result[name] = None
        elif name in _KEPT or (is_mark(PURCHASES, name) and not isinstance(value, Mapping | list)):
            result[name] = None if isinstance(value, Mapping | list) else value
    return result


def _line(line: Any) -> Any:
    if not isinstance(line, Mapping):
        return None
    return {
        name: value
        for name, value in line.items()
        if name in _ITEM_FIELDS or (is_mark(PURCHASES, name) and not isinstance(value, Mapping | list))
    }


def _only(value: Any, names: frozenset[str]) -> Any:
    return {name: inner for name, inner in value.items() if name in names} if isinstance(value, Mapping) else None
