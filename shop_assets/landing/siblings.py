"""What may stand beside documents in a wrapper or a page: a tool's own words, and marks that a document is to carry.

Anything else may be a part of a document, so that whoever removes a wrapper must not throw it away.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.id_names import document_id_names, plain_name
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.marks import is_mark, mark_name

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TOOL_WORDS: Final = frozenset(
    {"api", "at", "bookmark", "broker", "by", "commit", "context", "count", "created", "current", "cursor",
    "database", "documents", "elapsed", "elements", "empty", "end", "entries", "etag", "execution", "exported",
    "fetched", "filter", "first", "found", "generated", "has", "hasmore", "href", "index", "is", "items", "last",
    "length", "limit", "link", "links", "max", "meta", "metadata", "min", "more", "ms", "next", "nextpage",
    "number", "offset", "omit", "order", "ordering", "out", "page", "pageable", "pagenumber", "pager", "pages",
    "pagesize", "pagination", "paging", "partition", "per", "perpage", "prev", "previous", "previouspage",
    "primary", "query", "records", "refresh", "request", "requested", "response", "results", "rev", "rows",
    "schema", "score", "seconds", "self", "seq", "server", "shards", "size", "skip", "sort", "source", "start",
    "table", "take", "term", "time", "timed", "timestamp", "to", "token", "took", "topic", "total", "totalcount",
    "totalelements", "totalitems", "totalpages", "totalrows", "totals", "trace", "ts", "tstype", "update", "uri",
    "url", "version", "warnings", "xid"}
)  # fmt: skip
"""Words of which names of pages and tools consist: `next_page_url`, `totalCount`, `generatedAt`."""

_TOOL_CONTAINERS: Final = frozenset(
    {"api", "context", "cursor", "link", "links", "meta", "metadata", "page", "pageable", "pager", "paging",
     "pagination", "query", "request", "schema", "self", "server", "shards", "sort", "source", "time",
     "total", "trace", "warnings"}
)  # fmt: skip
"""Those of them that are objects and lists; others could hold more documents."""

_FINE: Final = frozenset({"ok", "success", "succeeded", "true", "200"})
_OUTCOMES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("status", "state", "ok", "message", "msg", "result", "statuscode"), _FINE),
    "success": _FINE | {"1"},
    "code": _FINE | {"0"},
}
"""The outcomes of requests, and the values that say that all is well."""

_LISTS: Final = ("list", "collection", "page")
_KEYS_OF_STORES: Final = frozenset({"_source", "ticket"})
"""Beside these, `_id` is the key of a store (Elasticsearch, exports of the ФНС)."""

_METADATA: Final = frozenset({"meta", "metadata"})
_OPERATIONS: Final = frozenset({"op", "operation", "operationname", "operationtype", "event", "eventtype", "action"})
_CHANGE: Final = "__op"
_DELETIONS: Final = frozenset({"d", "delete", "deleted", "remove", "removed"})
_NO_SALES: Final = frozenset(
    {"true", "yes", "да", "cancelled", "canceled", "refunded", "returned", "voided", "annulled", "отменен", "отменён",
     "возврат", "возвращен", "возвращён", "удален", "удалён"}
)  # fmt: skip
"""What metadata say of a document that does not count, in words that mean nothing else there."""


def has_something(content: object) -> bool:
    """Whether a value says anything: it is not null, blank or empty.

    Args:
        content: Any JSON value.

    Returns:
        False for null, blank texts and empty containers.
    """
    return content is not None and content not in ([], {}) and not (isinstance(content, str) and not content.strip())


def is_of_a_tool(name: str, content: object) -> bool:
    """Whether a field is one that tools put beside documents: paging, metadata, an outcome that is fine.

    Args:
        name: The field's name.
        content: Its value.

    Returns:
        False for what may belong to a document, and for an outcome such as `error`.
    """
    if not has_something(content) or name.startswith(("@", "$", "odata.")):
        return True
    text = str(content).strip().lower() if not isinstance(content, dict | list) else ""
    if plain_name(name) in _OUTCOMES:
        return text in _OUTCOMES[plain_name(name)]
    if name in {"object", "kind", "type"} and text.endswith(_LISTS):
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    if words[-1:] == ["id"] and len(words) > 1:
        words.pop()
    if isinstance(content, dict | list) and not _TOOL_CONTAINERS.issuperset(words):
        return False
    return bool(words) and _TOOL_WORDS.issuperset(words) and plain_name(name).isascii()


def _marks_in_metadata(kind: DocumentKind, name: str, content: object) -> dict[str, Any]:
    """What a tool's metadata say of a document that is deleted or no sale; its other words are about the tool."""
    if not isinstance(content, dict) or _METADATA.isdisjoint(word.lower() for word in _WORD.findall(name)):
        return {}
    marks: dict[str, Any] = {}
    for inner, value in content.items():
        said = value.strip().lower() if isinstance(value, str) else value
        if mark_name(inner) in _OPERATIONS and said in _DELETIONS:
            marks[_CHANGE] = "d"
        elif is_mark(kind, inner) and (said is True or said in _DELETIONS | _NO_SALES):
            marks[inner] = value
    return marks


def shows_a_document(kind: DocumentKind, value: Mapping[str, Any]) -> bool:
    """Whether an object has fields that only a document has: an id of some kind, or a field of the kind's model.

    Args:
        kind: The kind.
        value: A JSON object.

    Returns:
        True if it is a document, whatever it holds.
    """
    return any(_is_of_a_document(kind, name, content, value) for name, content in value.items())


def _is_of_a_document(kind: DocumentKind, name: str, content: object, value: Mapping[str, Any]) -> bool:
    if name in field_names(kind):
        return True
    if isinstance(content, dict | list) or content is None or (name == "_id" and _KEYS_OF_STORES & value.keys()):
        return False
    return plain_name(name) in document_id_names()


def marks_beside(
    kind: DocumentKind, value: Mapping[str, Any], documents: frozenset[str]
) -> tuple[dict[str, Any], list[str]]:
    """Sort what is beside documents.

    Args:
        kind: The kind.
        value: The wrapper or page.
        documents: The fields that have documents.

    Returns:
        The marks that a document is to carry, and the names of what may belong to a document and cannot be carried.
    """
    marks: dict[str, Any] = {}
    unknown: list[str] = []
    for name, content in value.items():
        marks |= {} if name in documents else _marks_in_metadata(kind, name, content)
        if name in documents or is_of_a_tool(name, content) or (name == "_id" and _KEYS_OF_STORES & value.keys()):
            continue
        if is_mark(kind, name) and not isinstance(content, dict | list):
            marks[name] = content
        else:
            unknown.append(name)
    return marks, unknown
