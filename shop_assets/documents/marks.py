"""The names of fields by which MART knows what was deleted or is no sale, as `sql/macros/marks.sql` has them."""

import re
from typing import Final

from shop_assets.documents.kinds import PURCHASES, DocumentKind

DELETION_MARKS: Final = frozenset(
    {"__deleted", "_deleted", "deleted", "isdeleted", "deletionmark", "пометкаудаления", "_fivetrandeleted", "удален",
     "удалено", "deletedat", "datedeleted", "_abcdcdeletedat", "_sdcdeletedat"}
)  # fmt: skip
"""Flags and times of a deletion."""

CHANGE_FIELDS: Final = frozenset({"__op", "op", "optype", "_changetype", "__operation"})

SALE_MARKS: Final = frozenset(
    {"status", "orderstatus", "state", "receiptstatus", "financialstatus", "paymentstatus", "статус", "состояние",
     "type", "receipttype", "documenttype", "doctype", "operation", "operationtype", "calculationsign", "1054", "тип",
     "видоперации", "признакрасчета", "isreturn", "isrefund", "isreturned", "returned", "isrefunded", "refunded",
     "iscancelled", "iscanceled", "cancelled", "canceled", "isvoid", "isvoided", "voided", "void", "storno",
     "isstorno", "сторно", "возврат", "отменен", "отмена", "отменена", "отменено", "возвращен", "возвращено",
     "аннулирован", "аннулировано", "istest", "test", "cancelledat", "canceledat", "refundedat", "returnedat",
     "voidedat", "applicable", "isapplicable", "posted", "isposted", "проведен", "проведено", "paid", "ispaid",
     "оплачен", "оплачено", "оплачена"}
)  # fmt: skip
"""Statuses, types, flags and times of a purchase."""


def mark_name(name: str) -> str:
    """A field's name as MART compares it.

    Args:
        name: The name as it was delivered.

    Returns:
        It in lower case, without blanks and hyphens, with `е` for `ё`, and with underscores at its beginning alone.
    """
    return re.sub("([^_])_+", r"\1", re.sub("[ -]+", "_", name.strip()).lower().replace("ё", "е"))


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
