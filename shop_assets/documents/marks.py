"""The names of fields by which MART knows what was deleted or is no sale, as `sql/macros/marks.sql` has them."""

import re
from typing import Final

from shop_assets.documents.kinds import PURCHASES, DocumentKind

DELETION_MARKS: Final = frozenset(
    {"__deleted", "_deleted", "deleted", "is_deleted", "isdeleted", "deletionmark", "deletion_mark", "пометкаудаления",
     "пометка_удаления", "_fivetran_deleted", "deleted_at", "deletedat", "date_deleted", "_ab_cdc_deleted_at",
     "_sdc_deleted_at"}
)  # fmt: skip
"""Flags and times of a deletion."""

CHANGE_FIELDS: Final = frozenset({"__op", "op", "op_type", "_change_type", "__operation"})

SALE_MARKS: Final = frozenset(
    {"status", "order_status", "orderstatus", "state", "receipt_status", "financial_status", "payment_status",
     "статус", "состояние", "type", "receipt_type", "receipttype", "document_type", "documenttype", "doc_type",
     "operation", "operation_type", "operationtype", "calculation_sign", "calculationsign", "1054", "тип",
     "вид_операции", "видоперации", "признак_расчета", "признакрасчета", "is_return", "isreturn", "is_refund",
     "isrefund", "is_returned", "returned", "is_refunded", "refunded", "is_cancelled", "is_canceled", "iscancelled",
     "iscanceled", "cancelled", "canceled", "is_void", "is_voided", "isvoid", "voided", "void", "storno", "is_storno",
     "сторно", "возврат", "отменен", "отмена", "is_test", "test", "cancelled_at", "canceled_at", "cancelledat",
     "canceledat", "refunded_at", "returned_at", "voided_at", "applicable", "is_applicable", "posted", "is_posted",
     "isposted", "проведен", "paid", "is_paid", "ispaid", "оплачен"}
)  # fmt: skip
"""Statuses, types, flags and times of a purchase."""


def mark_name(name: str) -> str:
    """A field's name as MART compares it.

    Args:
        name: The name as it was delivered.

    Returns:
        It in lower case, with `_` for blanks and hyphens and between the words of `orderStatus`, and `е` for `ё`.
    """
    parted = re.sub("([a-zа-яё0-9])([A-ZА-ЯЁ])", r"\1_\2", name.strip())
    return parted.lower().replace(" ", "_").replace("-", "_").replace("ё", "е")


def is_mark(kind: DocumentKind, name: str) -> bool:
    """Whether MART looks at a field of this name to see what was deleted or is no sale.

    Args:
        kind: The document's kind.
        name: The field's name.

    Returns:
        True if it does.
    """
    found = mark_name(name)
    return found in DELETION_MARKS | CHANGE_FIELDS or (kind == PURCHASES and found in SALE_MARKS)
