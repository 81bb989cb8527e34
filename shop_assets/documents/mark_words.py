"""The names and words that mark a document as deleted or as no sale (docs/no_sale.md).

They are written once, for Python (`marks.py`) and for the statements of `sql/`, which have them as `mark_words` (in
`warehouse/statements/sql_templates.py`). Names have underscores at their beginning alone, words have underscores for
blanks and hyphens; both are in lower case, with е for ё. The statements have them in this order: to change it changes
the rules of MART, and every document is cleaned again.
"""

from typing import Final

DELETION_FLAGS: Final = (
    "__deleted", "_deleted", "deleted", "isdeleted", "deletionmark", "пометкаудаления", "_fivetrandeleted", "удален",
    "удалено"
)  # fmt: skip
"""Of any document: yes, or a date, is a deletion."""

DELETION_TIMES: Final = ("deletedat", "datedeleted", "_abcdcdeletedat", "_sdcdeletedat")
"""Of any document: when it was deleted."""

CHANGE_FIELDS: Final = (
    "__op", "op", "optype", "_changetype", "changetype", "__operation", "__sourceop", "headerchangeoper",
    "metadata$action", "rowkind"
)  # fmt: skip
"""The operation of a tool that captures changes."""

CAPTURE_FIELDS: Final = ("__$operation",)
"""That of SQL Server's change data capture, a number."""

NESTED_CHANGE_FIELDS: Final = ("_meta.op",)
"""Such an operation in an object, with the name of that."""

STATUS_FIELDS: Final = (
    "status", "orderstatus", "state", "receiptstatus", "financialstatus", "paymentstatus", "статус", "состояние"
)  # fmt: skip
"""The status of a purchase or a line."""

TYPE_FIELDS: Final = (
    "type", "receipttype", "documenttype", "doctype", "operation", "operationtype", "calculationsign", "1054", "тип",
    "видоперации", "признакрасчета", "calculationtype", "fiscaloperation", "fiscaltype", "receiptoperation",
    "operationtypecode", "tag1054"
)  # fmt: skip
"""The type of a purchase: a word, or a number of the fiscal documents."""

NO_SALE_FLAGS: Final = (
    "isreturn", "isrefund", "isreturned", "returned", "isrefunded", "refunded", "iscancelled", "iscanceled",
    "cancelled", "canceled", "isvoid", "isvoided", "voided", "void", "storno", "isstorno", "сторно", "возврат",
    "отменен", "отмена", "istest", "test", "отменена", "отменено", "возвращен", "возвращено", "аннулирован",
    "аннулировано"
)  # fmt: skip
"""Of a purchase or a line: yes, or a date, is no sale."""

NO_SALE_TIMES: Final = ("cancelledat", "canceledat", "refundedat", "returnedat", "voidedat")
"""Of a purchase or a line: when it was given up."""

SALE_FLAGS: Final = (
    "applicable", "isapplicable", "posted", "isposted", "проведен", "paid", "ispaid", "оплачен", "проведено",
    "оплачено", "оплачена", "payed", "ispayed"
)  # fmt: skip
"""Of a purchase: no is no sale (`paid: false`)."""

NO_SALE_WORDS: Final = (
    "cancelled", "canceled", "cancel", "cancellation", "annulled", "void", "voided", "refunded", "refund", "returned",
    "return", "payback", "failed", "trash", "trashed", "deleted", "pending", "pending_payment", "on_hold", "draft",
    "checkout_draft", "auto_draft", "unpaid", "not_paid", "rejected", "declined", "expired", "abandoned", "storno",
    "sell_return", "sellreturn", "sell_refund", "income_return", "incomereturn", "outcome", "outcome_return",
    "outcomereturn", "buyback", "buy_return", "buyreturn", "buy_refund", "credit_note", "creditnote", "credit_memo",
    "creditmemo", "отменен", "отменена", "отменено", "отмена", "аннулирован", "аннулирована", "аннулировано", "возврат",
    "возвращен", "возвращено", "удален", "удалено", "сторно", "сторнирован", "не_оплачен", "не_оплачено", "неоплачен",
    "черновик", "ожидает_оплаты", "ожидание_оплаты", "отклонен", "возврат_прихода", "расход", "возврат_расхода",
    "возврат_от_покупателя"
)  # fmt: skip
"""What a status or a type says of what is no sale."""

NOT_DONE_BEGINNINGS: Final = (
    "paid", "deliver", "complet", "ship", "accept", "fulfil", "оплач", "доставл", "выкупл", "принят", "получ", "забра",
    "состоял", "провед", "выполн", "заверш"
)  # fmt: skip
"""Beginnings of words that after a negation speak of no sale: `not paid`, `недоставлен`."""

SALE_WORDS: Final = (
    "completed", "complete", "paid", "processing", "done", "delivered", "fulfilled", "shipped", "success", "succeeded",
    "ok", "sale", "sold", "sell", "active", "finished", "confirmed", "approved", "posted", "income", "purchase",
    "order", "receipt", "online", "offline", "retail", "pos", "продажа", "приход", "оплачен", "оплачено", "оплачена",
    "выполнен", "выполнено", "завершен", "завершено", "доставлен", "доставлено", "отгружен", "отгружено", "пробит",
    "проведен", "проведено", "выдан", "чек"
)  # fmt: skip
"""What a status or a type says of a purchase that counts."""

UNSURE_NAMES: Final = (
    "loekz", "lvorm", "loevm", "fksto", "stokz", "dbtvalidto", "_dltvalidto", "dltvalidto", "__endat"
)  # fmt: skip
"""Deletions and cancellations of SAP, and the end of a row's validity in histories (dbt, dlt, Databricks)."""

NO_SALE_FLAG_WORDS: Final = (
    "deferred", "suspended", "training", "demo", "отложен", "отложено", "отложенный", "тест", "тестовый", "учебный",
    "notpaid", "onhold", "fail", "invalid"
)  # fmt: skip
"""Beside the words of no sale and of tests: flags that are counted where they are true (`is_training`, `deferred`)."""

UNSURE_FLAG_WORDS: Final = ("copy", "duplicate", "parked", "копия", "дубликат")
"""Flags that are counted where they are true, and say nothing in other names: `isCopy`, `is_parked`."""

CORRECTION_FIELDS: Final = ("correctiontype", "типкоррекции", "1173", "tag1173", "1174", "tag1174")
"""Fields that only receipts of corrections have: any value of theirs is counted, also 0."""

NOT_IN_STOCK_WORDS: Final = ("нет", "no", "отсутствует", "пусто", "empty")
"""Words for nothing that in the status of a line say that it was not there to be sold."""

TEST_WORDS: Final = (
    "test", "testing", "sandbox", "training", "demo", "тест", "тестовый", "тестовая", "тестовое", "учебный", "учебная",
    "учебное"
)  # fmt: skip
"""In the name of a flag, or the value of an environment or a mode: the purchase is a test."""

MODE_WORDS: Final = ("environment", "env", "mode", "kind", "режим", "среда", "вид")
"""In the name of a field whose value may be a word for a test."""

DONE_NAMES: Final = (
    "active", "isactive", "enabled", "isenabled", "valid", "isvalid", "issale", "completed", "iscompleted",
    "confirmed", "isconfirmed", "approved", "success", "issuccess", "livemode", "islive", "завершен", "выполнен",
    "действителен", "closed", "isclosed", "fiscalized", "isfiscalized", "фискализирован", "пробит", "пробитчек",
    "чекпробит"
)  # fmt: skip
"""No says of a purchase that it does not stand, or is a test."""

NEWEST_FLAGS: Final = (
    "_fivetranactive", "iscurrent", "_iscurrent", "islatest", "iscurrentversion", "islatestversion", "currentflag",
    "sign", "_sign", "hvrop"
)  # fmt: skip
"""No says of a row that it is not the newest of a history (Fivetran, ClickHouse, slowly changing dimensions), or was
deleted (HVR)."""

# Patterns, written so that Python and ClickHouse read them alike.
_DELETED: Final = "удал(?:[ия]|ени|ен[оаы]?_|ен[оаы]?$)"
"""Deleted; not remote, as `удаленность`, `удаленный_заказ`."""

_REMOVED: Final = "delet|remov|trash|tombstone|discard|(?:^|_)del(?:_|$)|del_?fla?g"

DELETION_NAMES: Final = f"{_REMOVED}|{_DELETED}"
"""Parts of the names of fields that mean a deletion."""

NO_SALE_NAMES: Final = (
    f"{_REMOVED}|cancel|refund|return|(?:^|[^a])void|storn|annul|revers(?:ed|al)|credit_?(?:note|memo)|chargeback|reject|declin"
    "|(?:^|receipt_?|check_?|cheque_?|fiscal_?|is_?)correction|коррекц|отмен|возврат|возвращ|аннул|сторн|отказ"
    f"|{_DELETED}"
)
"""Parts of the names of fields that mean a deletion, a return or a cancellation."""
