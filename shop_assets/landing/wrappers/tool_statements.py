"""What tools say of the documents in their pages and envelopes: that they are deleted, or no sale.

Only what is said of the documents counts: an operation or an event, a mark that MART knows, their source or filter. An
address, an id, a statement of SQL or a status of the answer says nothing of them.
"""

import re
from enum import Enum, auto
from typing import Final

from shop_assets.documents.kinds import PURCHASES, DocumentKind
from shop_assets.documents.marks import (
    CHANGE_FIELDS,
    DELETION_NAMES,
    DONE_NAMES,
    MODE_WORDS,
    NEWEST_FLAGS,
    NO_SALE_FLAG_WORDS,
    NO_SALE_NAMES,
    NO_SALE_WORDS,
    SALE_FLAGS,
    SALE_WORDS,
    STATUS_FIELDS,
    TEST_WORDS,
    TYPE_FIELDS,
    UNSURE_NAMES,
    is_mark,
    mark_name,
    says_deletion,
    says_no_sale,
    says_not_done,
    says_test,
    words_of,
)
from shop_assets.documents.nothing import has_something
from shop_assets.documents.truth_words import NO_WORDS, YES_WORDS

_TYPES: Final = frozenset({"type", "documenttype", "doctype", "operation", "тип", "видоперации"})
_DELETED: Final = frozenset({"d", "delete", "deleted", "remove", "removed", "удален", "удалена", "удалено"})
_SALES: Final = frozenset({"order", "orders", "sale", "sales", "receipt", "receipts", "заказ", "чек", "покупка"})
"""Words for a purchase, as events have them: `order.cancelled`."""

_COUNTS: Final = frozenset({"returned", "refunded", "cancelled", "canceled", "deleted", "voided"})
"""With a number, how many there are; 1 could be a flag too."""

# What happened, or what the answer is: a tool's own fields, of which MART knows some too.
OPERATIONS: Final = frozenset(
    {"op", "operation", "operationname", "operationtype", "event", "eventname", "eventtype", "action", "topic",
     "status", "state", "type"}
)  # fmt: skip
CHANGE: Final = "__op"
OPERATION: Final = "operation"
"""Under these names MART knows the operations of change-data tools and of tills."""

_HARMLESS: Final = SALE_WORDS | {
    *("api", "c", "create", "created", "event", "i", "insert", "inserted", "list", "load", "new", "r", "read"),
    *("replace", "snapshot", "succeeded", "u", "update", "updated", "upsert", "v1", "200"),
}
_YES: Final = frozenset(YES_WORDS)
_NO: Final = frozenset({*NO_WORDS, "", "none", "null", "-"})
_RECEIPT_TYPES: Final = TYPE_FIELDS - _TYPES
_RETURNS: Final = frozenset({"2", "3", "4"})
"""The types of receipts that are no sale, by the fiscal documents' format."""

_LEFT_OUT: Final = re.compile(
    r"(?<!\w)\w+\s*"
    r"(?:[:=]\s*(?:0|false|no|null|none|нет)\b|is\s+(?:(?:not\s+)?null|false|not\s+true)\b|<>\s*(?:1|true)\b)"
    r"|(?:!=|<>|\b(?:ne|nin|not|without|exclud\w*|except|без|кроме|не)\b)[\s:=('\"]*(?:(?:in|coalesce)\b[\s('\"]*)?"
    r"(?:\w+['\"]?\s*,\s*['\"]?)*\w+",
    re.IGNORECASE,
)
"""What a tool has left out is not there: `status!=deleted`, `deleted=false`. A name is looked at from its first letter,
not again from each of them.
"""
_JOINED_DENIAL: Final = re.compile(
    r"(?<![^\W_])(not|non|without|exclud\w*?|except|без|кроме|не)_(?=[^\W_])", re.IGNORECASE
)
"""The sign between a denial and its word: `not_deleted`."""

_POSSIBLE: Final = re.compile(
    "(?<!t)able|[ps]table|allow|polic|until|period|window|days|includ|exclud|show|skip|hide|omit|without|ignor|можно|срок"
)
"""Names that speak of what can be, or was asked for: `returns_allowed`."""

_LEFT_OUT_NAMES: Final = frozenset({"not", "ne", "nin", "neq", "except", "without", "no", "кроме", "без", "не"})
"""Words of names of what was left out: `must_not`, `status__nin`."""

_CHANGES: Final = frozenset(
    {"op", "oper", "operation", "opcode", "change", "changemode", "action", "cdc", "event", "dml", "crud", "verb",
     "method", "enttyp", "recordmode"}
)  # fmt: skip
_CHANGED: Final = frozenset({"d", "-d", "dl", "del"})
"""Words of names under which a letter says that a row was deleted."""

_AROUND_FLAGS: Final = frozenset(
    {"is", "date", "at", "on", "time", "mode", "order", "receipt", "sale", "purchase", "transaction", "чек", "режим",
     "заказ", "продажа"}
)  # fmt: skip
_COUNTING: Final = frozenset(
    {"count", "counts", "cnt", "num", "number", "rows", "records", "docs", "documents", "customers", "purchases",
     "orders", "sales", "receipts", "products", "stores"}
)  # fmt: skip
_RETURNED: Final = frozenset(
    {"returned", "number", "num", "count", "total", "records", "rows", "items", "results", "documents", "docs",
     "elements", "entries", "hits", "features", "size", "of"}
)  # fmt: skip
_NO_STATEMENTS: Final = frozenset(
    {"sort", "sorting", "orderby", "field", "fields", "column", "columns", "select", "expand", "embed", "populate",
     "permission", "permissions", "link", "links", "href", "url", "uri", "self", "next", "prev", "previous", "token",
     "cursor", "hash", "etag", "id", "ids", "key", "keys", "message", "msg", "comment", "note", "description",
     "descr", "help", "hint", "docs", "path", "host", "version", "user", "author", "agent", "locale", "label",
     "actions", "operations", "capabilities", "rights", "scopes"}
)  # fmt: skip
"""Words of names of paging, of columns, of what can be done and of what people write: a word of no sale there says
nothing."""

_OF_COLUMNS: Final = frozenset({"field", "fields", "column", "columns", "attribute", "attributes"})
_SUMMARIZING: Final = _COUNTING | _RETURNED | {"sum", "amount"}
_TOTALS: Final = frozenset({"count", "counts", "cnt", "total", "totals", "sum", "sums", "amount", "amounts"})
"""Words of names of objects that sum up, and of the numbers in one."""

_OF_ONE: Final = frozenset({"is", "at", "on", "date", "time"})
"""Words of flags and times, which are of one document."""

_SET_BY_SAP: Final = "x"
_FIRST_MOMENT: Final = 100_000_000
"""From here on a number may be a moment, in seconds."""

_WORK: Final = frozenset({"sync", "job", "task", "export", "import", "etl", "batch", "upload", "download", "cache"})
_OUTCOMES: Final = frozenset({"state", "status", "result", "outcome"})
"""Names of both kinds of words say how the work of a tool ended: `sync_state`."""

_LONGEST: Final = 60
_MOST_WORDS: Final = 4
_NUMBER: Final = re.compile(r"[-+]?\d[\d ]*(?:[.,]\d+)?\Z")
_BLANK: Final = frozenset({"", "-", "none", "null"})

_ADDRESSES: Final = re.compile(r"://|^/|^\?")
_OF_DOCUMENTS: Final = frozenset(
    {"source", "table", "collection", "coll", "dataset", "entity", "resource", "queue", "filter", "where", "view",
     "flags", "tags", "labels", "name", "title", "index", "schema", "database", "db", "keyspace", "context", "query",
     "sql", "statement", "search", "q", "criteria", "condition", "selection", "scope", "segment", "section", "category",
     "kind", "report", "reportname", "sheet", "sheetname", "file", "filename", "folder"}
)  # fmt: skip
"""Under these names, also behind underscores, tools say what the documents are, in words of their own."""

_SQL: Final = re.compile(r"\s*(?:select|insert|update|delete|merge|with)\s", re.IGNORECASE)
_READING: Final = re.compile(r"\s*(?:select|with)\s", re.IGNORECASE)
_SELECTED: Final = re.compile(
    r"\b(?:from|into|(?<!left )(?<!outer )join|update)\s+(?P<table>\S+)"
    r"|\bwhere\b(?P<condition>.*?)(?=\b(?:group|order)\s+by\b|\blimit\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)
"""Of a statement of SQL, its tables and its conditions: the columns that it names say nothing of the documents."""

_PLACES: Final = frozenset({"schema", "database", "db", "keyspace"})
_ODATA_SET: Final = re.compile(r"\$metadata#([^(/?]*)")
"""The set of which the documents are, at the end of an address of OData's metadata: `…/$metadata#Document_ЧекККМ`."""

_DAY: Final = re.compile(r"20\d\d-\d\d")


def _text(content: object) -> str:
    if isinstance(content, bool):
        return "true" if content else "false"
    text = str(content).strip()
    found = _ODATA_SET.search(text)
    return found[1] if found else text


class Said(Enum):
    """What a value of a tool says of the documents beside it."""

    NOTHING = auto()
    MARK = auto()
    """What MART knows under the value's own name."""
    DELETION = auto()
    NO_SALE = auto()
    """Said in a form that MART knows as an operation."""
    CURRENCY = auto()
    """Amounts are not in roubles."""
    DOUBTFUL = auto()
    """Said in words of the tool's own, which no document can carry."""


def said(kind: DocumentKind, name: str, content: object) -> Said:
    """What a single value of a tool says.

    Args:
        kind: The kind of the documents.
        name: The value's name.
        content: The value.

    Returns:
        Whether, and in which form, it says that a document is deleted or no sale.
    """
    plain, written = mark_name(bare_name(name)), _text(content)
    text = written.lower()
    if plain in OPERATIONS | STATUS_FIELDS | _TYPES | _RECEIPT_TYPES or plain in CHANGE_FIELDS:
        return _said_by_an_operation(kind, plain, written)
    if is_mark(kind, bare_name(name)):
        if plain in _COUNTS and isinstance(content, int) and not isinstance(content, bool):
            return Said.DOUBTFUL if content == 1 else Said.NOTHING
        is_fine = text in (_YES if plain in SALE_FLAGS else _NO)
        return Said.NOTHING if is_fine else Said.MARK
    if kind == PURCHASES and not MODE_WORDS.isdisjoint(words_of(name)) and says_test(written):
        return Said.DOUBTFUL
    if plain.lstrip("_") in _OF_DOCUMENTS:
        shown = _selected(written)
        if plain.lstrip("_") in _PLACES:  # a database may be called demo
            is_out = _speaks_of_no_sale(kind, " ".join(set(words_of(shown)) - NO_SALE_FLAG_WORDS))
        else:
            is_out = _speaks_of_no_sale(kind, shown) or _speaks_of_a_test(kind, shown)
        return Said.DOUBTFUL if is_out and not _ADDRESSES.search(text) else Said.NOTHING
    return Said.DOUBTFUL if _says_so_in_words_of_its_own(kind, name, content) else Said.NOTHING


def says_so_of_all(kind: DocumentKind, name: str, content: object) -> bool:
    """Whether a value by which documents are grouped says that these are deleted or no sale.

    Unlike in a document, a status that nobody knows says nothing: the `state` may be one of a country.

    Args:
        kind: The kind of the documents.
        name: The value's name.
        content: The value.
    """
    found, text = said(kind, name, content), _text(content)
    if found is Said.MARK and mark_name(bare_name(name)) in STATUS_FIELDS:
        return _speaks_of_no_sale(kind, text) or _speaks_of_a_test(kind, text)
    return found is not Said.NOTHING


def _says_so_in_words_of_its_own(kind: DocumentKind, name: str, content: object) -> bool:
    """Whether a field that nobody knows speaks of a deletion or no sale: by its name, or in a few words."""
    plain, written = mark_name(bare_name(name)), _text(content)
    text, words = written.lower(), words_of(name)
    if is_state(kind, name):
        return (text in _NO and text not in _BLANK) or text == "-1"
    if is_possible(name) or not _LEFT_OUT_NAMES.isdisjoint(words):
        return False
    if plain in UNSURE_NAMES:
        return text not in _NO
    is_flagged = kind == PURCHASES and _is_flag(words) and (text in _YES - {"1"} or _DAY.match(text) is not None)
    is_changed = not _CHANGES.isdisjoint(words) and text in _CHANGED
    if is_flagged or is_changed or (speaks_by_name(kind, name) and _is_set(words, content)):
        return True
    return not _is_for_people_or_paging(words, text) and _is_short(written) and _speaks_of_no_sale(kind, written)


def is_state(kind: DocumentKind, name: str) -> bool:
    """Whether a field says no of a document that does not stand; anywhere else than beside it, of something else.

    Args:
        kind: The kind of the documents.
        name: The field's name.

    Returns:
        True for `isCurrent`, and beside purchases for `active`.
    """
    plain = mark_name(bare_name(name))
    return plain in NEWEST_FLAGS or (kind == PURCHASES and plain in DONE_NAMES)


def speaks_by_name(kind: DocumentKind, name: str) -> bool:
    """Whether a field's name speaks of a deletion, or of no sale, and not of what can be or was left out.

    Args:
        kind: The kind of the documents.
        name: The field's name.

    Returns:
        True for `refunds` and `deletedOn`.
    """
    plain, words = mark_name(bare_name(name)), words_of(name)
    if is_possible(name) or not (_LEFT_OUT_NAMES | _OF_COLUMNS).isdisjoint(words):
        return False
    names = NO_SALE_NAMES if kind == PURCHASES else DELETION_NAMES
    return any(names.search(part) for part in (plain, *words))


def leaves_out(name: str) -> bool:
    """Whether a field names what was left out: `must_not`, `$nin`.

    Args:
        name: The field's name.
    """
    return not _LEFT_OUT_NAMES.isdisjoint(words_of(name))


def summarizes(kind: DocumentKind, path: str, name: str, content: object) -> bool:
    """Whether a page counts, or adds up, what became of documents: each of its own says itself what became of it.

    Args:
        kind: The kind of the documents.
        path: The field's path.
        name: The field's name, the last of its path.
        content: Its value.

    Returns:
        True for numbers such as `numberReturned`, `cancelled_count` and `refund_total`, also as texts and in objects
        that sum up (`counts`); 1 may be a flag elsewhere, and a large number a moment.
    """
    words = words_of(name)
    if not _OF_ONE.isdisjoint(words) or not speaks_by_name(kind, name):
        return False
    if isinstance(content, dict):
        return all(_is_total(inner, value) for inner, value in content.items() if has_something(value))
    number = _number(content)
    around = path.removesuffix(name).rstrip(".").rpartition(".")[2]
    if number is None or not _SUMMARIZING.isdisjoint(words) or not _TOTALS.isdisjoint(words_of(around)):
        return number is not None
    return number != 1 and abs(number) < _FIRST_MOMENT


def _is_total(name: str, content: object) -> bool:
    words = words_of(name)
    return _number(content) is not None and not _TOTALS.isdisjoint(words) and _OF_ONE.isdisjoint(words)


def _number(content: object) -> float | None:
    """A number, also in a text."""
    if isinstance(content, str) and _NUMBER.match(content.strip()):
        return float(content.replace(" ", "").replace(",", "."))
    return content if isinstance(content, int | float) and not isinstance(content, bool) else None


def is_possible(name: str) -> bool:
    """Whether a field says what can be, or was asked for: `returns_allowed`, `window_days`.

    Args:
        name: The field's name.
    """
    return _POSSIBLE.search(mark_name(bare_name(name))) is not None


def bare_name(name: str) -> str:
    """A field's name without the signs of JSON-LD, OData and JSON made of XML.

    Args:
        name: For example `@type`.

    Returns:
        For example `type`.
    """
    return name.lstrip("@$")


def _is_set(words: list[str], content: object) -> bool:
    """Whether such a field says yes, a date or a number; of deletions, numbers count documents elsewhere."""
    text = _text(content).lower()
    if text in _YES or text == _SET_BY_SAP or _DAY.match(text):
        return True
    if not _NUMBER.match(text) or not text.strip("-+0.,"):
        return False
    is_count = isinstance(content, int) and not _COUNTING.isdisjoint(words) and says_deletion(" ".join(words))
    return not is_count and words != ["number", "returned"]


def _is_flag(words: list[str]) -> bool:
    """Whether a name is a word of no sale, with or without `is` before it and `at` behind it."""
    plain = [word for word in words if word not in _AROUND_FLAGS]
    return bool(plain) and "_".join(plain) in NO_SALE_WORDS | NO_SALE_FLAG_WORDS | TEST_WORDS


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS


def _is_for_people_or_paging(words: list[str], text: str) -> bool:
    if not _WORK.isdisjoint(words) and not _OUTCOMES.isdisjoint(words):
        return True
    if _ADDRESSES.search(text) or not _NO_STATEMENTS.isdisjoint(words):
        return True
    # An order is one of a result, and its words are names of columns: `deleted_at desc`.
    return "order" in words and text not in NO_SALE_WORDS


def _selected(text: str) -> str:
    """What a statement of SQL selects; any other text as it is."""
    if not _SQL.match(text):
        return text
    # The condition of an update or a deletion speaks of the row before.
    is_read = _READING.match(text) is not None
    return " ".join(found["table"] or (found["condition"] if is_read else "") for found in _SELECTED.finditer(text))


def _said_by_an_operation(kind: DocumentKind, plain: str, written: str) -> Said:
    text = written.lower()
    if text in _NO or _HARMLESS.issuperset(words_of(written)):
        return Said.NOTHING
    words = _without_the_kind(kind, written)
    if words in _DELETED or text == "-d":
        return Said.DELETION
    return _said_of_a_sale(plain, written) if kind == PURCHASES else _said_of_others(kind, plain, written)


def _said_of_a_sale(plain: str, written: str) -> Said:
    is_type, is_receipt_type = plain in _RECEIPT_TYPES | _TYPES, plain in _RECEIPT_TYPES
    if written in _RETURNS and is_type:
        return Said.MARK if is_receipt_type else Said.DOUBTFUL
    if plain not in STATUS_FIELDS and _speaks_of_a_test(PURCHASES, written):
        return Said.DOUBTFUL
    if _without_the_kind(PURCHASES, written) in NO_SALE_WORDS or _speaks_of_no_sale(PURCHASES, written):
        return Said.MARK if is_type or plain in STATUS_FIELDS else Said.NO_SALE
    return Said.MARK if plain in STATUS_FIELDS and not written.isdecimal() else Said.NOTHING


def _said_of_others(kind: DocumentKind, plain: str, written: str) -> Said:
    """What is said of stores, products and customers. An event may be that of a part: `customer.tags_removed`."""
    is_of_a_part = plain not in STATUS_FIELDS and not {kind.name, kind.singular}.isdisjoint(words_of(written))
    return Said.DOUBTFUL if not is_of_a_part and _speaks_of_no_sale(kind, written) else Said.NOTHING


def _speaks_of_no_sale(kind: DocumentKind, text: str) -> bool:
    rest = _without_what_is_left_out(text)
    if kind != PURCHASES:
        return says_deletion(rest)
    return says_not_done(text) or "_".join(words_of(text)) in NO_SALE_WORDS or says_no_sale(rest)


def _speaks_of_a_test(kind: DocumentKind, text: str) -> bool:
    return kind == PURCHASES and says_test(_without_what_is_left_out(text))


def _without_what_is_left_out(text: str) -> str:
    return _LEFT_OUT.sub("", _JOINED_DENIAL.sub(r"\1 ", text))


def operation_of(kind: DocumentKind, content: object) -> str:
    """The word of no sale in an event, where it is one; otherwise all of it, so that MART counts it as unknown.

    Args:
        kind: The kind.
        content: What the event is called.

    Returns:
        For example `cancelled` of `order.cancelled`.
    """
    text = _text(content)
    words = _without_the_kind(kind, text)
    return words if words in NO_SALE_WORDS else text


def _without_the_kind(kind: DocumentKind, text: str) -> str:
    return "_".join(word for word in words_of(text) if word not in {kind.name, kind.singular} | _SALES)
