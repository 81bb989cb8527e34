"""The names of fields by which MART knows what was deleted or is no sale, as `sql/macros/marks.sql` has them."""

import re
import unicodedata
from typing import Final

from shop_assets.documents.kinds import PURCHASES, DocumentKind

DELETION_MARKS: Final = frozenset(
    {"__deleted", "_deleted", "deleted", "isdeleted", "deletionmark", "пометкаудаления", "_fivetrandeleted", "удален",
     "удалено", "deletedat", "datedeleted", "_abcdcdeletedat", "_sdcdeletedat"}
)  # fmt: skip
"""Flags and times of a deletion."""

CHANGE_FIELDS: Final = frozenset(
    {"__op", "op", "optype", "_changetype", "changetype", "__operation", "__sourceop", "headerchangeoper",
     "metadata$action", "rowkind", "__$operation"}
)  # fmt: skip
"""Fields of tools that capture changes."""

SALE_MARKS: Final = frozenset(
    {"status", "orderstatus", "state", "receiptstatus", "financialstatus", "paymentstatus", "статус", "состояние",
     "type", "receipttype", "documenttype", "doctype", "operation", "operationtype", "calculationsign", "1054", "тип",
     "видоперации", "признакрасчета", "isreturn", "isrefund", "isreturned", "returned", "isrefunded", "refunded",
     "iscancelled", "iscanceled", "cancelled", "canceled", "isvoid", "isvoided", "voided", "void", "storno",
     "isstorno", "сторно", "возврат", "отменен", "отмена", "отменена", "отменено", "возвращен", "возвращено",
     "аннулирован", "аннулировано", "istest", "test", "cancelledat", "canceledat", "refundedat", "returnedat",
     "voidedat", "applicable", "isapplicable", "posted", "isposted", "проведен", "проведено", "paid", "ispaid",
     "оплачен", "оплачено", "оплачена", "payed", "ispayed", "calculationtype", "fiscaloperation", "fiscaltype",
     "receiptoperation", "operationtypecode", "tag1054"}
)  # fmt: skip
"""Statuses, types, flags and times of a purchase."""


SALE_FLAGS: Final = frozenset(
    {"applicable", "isapplicable", "posted", "isposted", "проведен", "paid", "ispaid", "оплачен", "проведено",
     "оплачено", "оплачена", "payed", "ispayed"}
)  # fmt: skip
"""Flags that mark a purchase as no sale where they are false: `paid: false`."""

NO_SALE_WORDS: Final = frozenset(
    {"cancelled", "canceled", "cancel", "cancellation", "annulled", "void", "voided", "refunded", "refund",
     "returned", "return", "payback", "failed", "trash", "trashed", "deleted", "pending", "pending_payment",
     "on_hold", "draft", "checkout_draft", "auto_draft", "unpaid", "not_paid", "rejected", "declined", "expired",
     "abandoned", "storno", "sell_return", "sellreturn", "sell_refund", "income_return", "incomereturn", "outcome",
     "outcome_return", "outcomereturn", "buyback", "buy_return", "buyreturn", "buy_refund", "отменен", "отменена",
     "отменено", "отмена", "аннулирован", "аннулирована", "аннулировано", "возврат", "возвращен", "возвращено",
     "удален", "удалено", "сторно", "сторнирован", "не_оплачен", "не_оплачено", "неоплачен", "черновик",
     "ожидает_оплаты", "ожидание_оплаты", "отклонен", "возврат_прихода", "расход", "возврат_расхода",
     "возврат_от_покупателя"}
)  # fmt: skip
NO_SALE_FLAG_WORDS: Final = frozenset(
    {"deferred", "suspended", "training", "demo", "отложен", "отложено", "отложенный", "тест", "тестовый", "учебный",
     "notpaid", "onhold", "fail", "invalid"}
)  # fmt: skip
"""Words in the names of flags that MART counts where they are true: `is_training`, `deferred`."""

SALE_WORDS: Final = frozenset(
    {"completed", "complete", "paid", "processing", "done", "delivered", "fulfilled", "shipped", "success",
     "succeeded", "ok", "sale", "sold", "sell", "active", "finished", "confirmed", "approved", "posted", "income",
     "purchase", "order", "receipt", "online", "offline", "retail", "pos", "продажа", "приход", "оплачен",
     "оплачено", "оплачена", "выполнен", "выполнено", "завершен", "завершено", "доставлен", "доставлено", "отгружен",
     "отгружено", "пробит", "проведен", "проведено", "выдан", "чек"}
)  # fmt: skip
"""What a status or a type says of a purchase that counts."""

DONE_NAMES: Final = frozenset(
    {"active", "isactive", "enabled", "isenabled", "valid", "isvalid", "issale", "completed", "iscompleted",
     "confirmed", "isconfirmed", "approved", "success", "issuccess", "livemode", "islive", "завершен", "выполнен",
     "действителен"}
)  # fmt: skip
"""What says no of a purchase that does not stand, or is a test."""

NEWEST_FLAGS: Final = frozenset(
    {"_fivetranactive", "iscurrent", "_iscurrent", "islatest", "iscurrentversion", "islatestversion", "currentflag",
     "sign", "_sign", "hvrop"}
)  # fmt: skip
"""What says no of a row that is no more."""

UNSURE_NAMES: Final = frozenset(
    {"loekz", "lvorm", "loevm", "fksto", "stokz", "dbtvalidto", "_dltvalidto", "dltvalidto", "__endat"}
)
"""Deletions and cancellations of SAP, and ends of rows in histories, whatever they say."""

_DELETION: Final = (
    "delet|remov|trash|tombstone|discard|(?:^|_)del(?:_|$)|del_?fla?g|удал(?:[ия]|ени|ен[оаы]?_|ен[оаы]?$)"
)
NO_SALE_NAMES: Final = re.compile(
    f"{_DELETION}|cancel|refund|return|(?:^|[^a])void|storn|annul|revers(?:ed|al)|chargeback|reject|declin"
    "|(?:^|receipt_?|check_?|cheque_?|fiscal_?|is_?)correction|коррекц|отмен|возврат|возвращ|аннул|сторн|отказ"
)
"""Parts of the names of fields that mean a deletion, a return or a cancellation."""

DELETION_NAMES: Final = re.compile(_DELETION)
"""Parts of the names of fields that mean a deletion."""

_NO_SALE_BEGINNINGS: Final = re.compile("отмен(?!н)|возвра[тщ]|аннул|сторн|отклон|отлож|невыкуп|неоплач|черновик")
_LONGEST_PHRASE: Final = 3
_PARTS: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")


def mark_name(name: str) -> str:
    """A field's name as MART compares it.

    Args:
        name: The name as it was delivered.

    Returns:
        It in Unicode's composed form and lower case, without blanks and hyphens, with `е` for `ё`, and with underscores
        at its beginning alone.
    """
    composed = unicodedata.normalize("NFC", name)
    return re.sub("([^_])_+", r"\1", re.sub("[ -]+", "_", composed.strip()).lower().replace("ё", "е"))


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


def words_of(text: str) -> list[str]:
    """The words of a name or a value, as MART compares them.

    Args:
        text: For example `purchaseDeleted`, `wc-refunded` or `Cancelled by customer`.

    Returns:
        The words, in lower case, with `е` for `ё`.
    """
    return [word.lower().replace("ё", "е") for word in _PARTS.findall(_BETWEEN.sub("_", text))]


def says_no_sale(text: str) -> bool:
    """Whether a text has a word of no sale or of a deletion in it, whatever stands around that.

    Args:
        text: A name or a value.

    Returns:
        True if it has, also in another form (`refunds`, `Возвраты`).
    """
    words = words_of(text)
    phrases = {
        "_".join(words[begin : begin + length]).removesuffix("s")
        for length in range(1, _LONGEST_PHRASE + 1)
        for begin in range(len(words) - length + 1)
    }
    if not phrases.isdisjoint(NO_SALE_WORDS | NO_SALE_FLAG_WORDS):
        return True
    return any(NO_SALE_NAMES.search(word) or _NO_SALE_BEGINNINGS.match(word) for word in words)


def says_deletion(text: str) -> bool:
    """Whether a text speaks of a deletion.

    Args:
        text: A name or a value.

    Returns:
        True for `purchase.deleted`, `REMOVE` and the like.
    """
    return any(map(DELETION_NAMES.search, words_of(text)))
