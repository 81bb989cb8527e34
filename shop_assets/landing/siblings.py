"""What may stand beside documents in a wrapper or a page: a tool's own words, and marks that a document is to carry.

Anything else may be a part of a document, so that whoever removes a wrapper must not throw it away.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.id_names import document_id_names, plain_name
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.marks import is_mark, mark_name, words_of
from shop_assets.landing.hidden_documents import holds_documents
from shop_assets.landing.recognition import Recognition
from shop_assets.landing.tool_statements import CHANGE, OPERATION, OPERATIONS, Said, operation_of, said

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TOOL_WORDS: Final = frozenset(
    {"api", "at", "available", "bookmark", "broker", "by", "commit", "context", "continuation", "count", "created",
    "current", "cursor", "database", "documents", "early", "elapsed", "elements", "empty", "end", "entries", "etag",
    "execution", "exported", "failed", "fetched", "filter", "first", "found", "generated", "has", "hasmore", "href",
    "incomplete", "index", "info", "is", "items", "jsonrpc", "last", "length", "limit", "link", "links", "matched",
    "max", "meta", "metadata", "min", "more", "ms", "next", "nextpage", "ns", "number", "offset", "omit", "order",
    "ordering", "out", "page", "pageable", "pagenumber", "pager", "pages", "pagesize", "pagination", "paging",
    "partial", "partition", "per", "perpage", "prev", "previous", "previouspage", "primary", "query", "records",
    "refresh", "request", "requested", "response", "results", "returned", "rev", "rows", "schema", "score",
    "seconds", "self", "seq", "server", "shards", "size", "skip", "sort", "source", "start", "table", "take", "term",
    "terminated", "time", "timed", "timestamp", "to", "token", "took", "topic", "total", "totalcount",
    "totalelements", "totalitems", "totalpages", "totalrows", "totals", "trace", "truncated", "ts", "tstype",
    "update", "uri", "url", "version", "warnings", "xid"}
)  # fmt: skip
"""Words of which names of pages and tools consist: `next_page_url`, `totalCount`, `generatedAt`."""

_TOOL_CONTAINERS: Final = frozenset(
    {"api", "context", "cursor", "info", "link", "links", "meta", "metadata", "ns", "page", "pageable", "pager",
     "pagination", "paging", "query", "request", "schema", "self", "server", "shards", "sort", "source", "time",
     "total", "trace", "warnings"}
)  # fmt: skip
"""Those of them that are objects and lists; others could hold more documents."""

_FINE: Final = frozenset({"ok", "success", "succeeded", "done", "complete", "completed", "finished", "true", "200"})
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
_DEEPEST: Final = 6


@dataclass
class Beside:
    """What stands beside documents: marks that one is to carry, what may belong to a document, and what a tool says of
    a deletion or of no sale in a form that no document can carry.
    """

    marks: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


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


def _leaves(path: str, content: object, deepest: int) -> Iterator[tuple[str, str, object]]:
    """The single values in a tool's container, each with its path and its own name."""
    name = path.rpartition(".")[2]
    if plain_name(name) == "schema" and isinstance(content, dict | list):
        return
    if isinstance(content, dict) and deepest:
        for inner, value in content.items():
            yield from _leaves(f"{path}.{inner}", value, deepest - 1)
    elif isinstance(content, list) and deepest:
        for value in content:
            yield from _leaves(path, value, deepest - 1)
    elif has_something(content):
        yield path, name, content


def _take_from_a_tool(kind: DocumentKind, path: str, name: str, content: object, found: Beside) -> None:
    """Sort a value of a tool's metadata: to carry, in doubt, or nothing."""
    match said(kind, name, content):
        case Said.MARK:
            found.marks[name] = content
        case Said.DELETION:
            found.marks[CHANGE] = "d"
        case Said.NO_SALE:
            found.marks[OPERATION] = operation_of(kind, content)
        case Said.DOUBTFUL:
            found.doubtful.append(path)
        case Said.NOTHING:
            pass


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


def beside(recognition: Recognition, value: Mapping[str, Any], documents: frozenset[str]) -> Beside:
    """Sort what is beside a document in a wrapper.

    Args:
        recognition: The kind.
        value: The wrapper.
        documents: The fields that have the document, or are the wrapper's own.

    Returns:
        The marks that the document is to carry, and what cannot be carried.
    """
    found, kind = Beside(), recognition.kind
    for name, content in value.items():
        if name in documents or (name == "_id" and _KEYS_OF_STORES & value.keys()):
            continue
        if holds_documents(recognition, name, content):
            found.unknown.append(name)
            continue
        for path, inner, leaf in _said_by_a_tool(name, content):
            _take_from_a_tool(kind, path, inner, leaf, found)
        if is_of_a_tool(name, content) or _is_of_an_event(kind, name, content):
            continue
        if is_mark(kind, name) and not isinstance(content, dict | list):
            is_deletion = said(kind, name, content) is Said.DELETION
            found.marks |= {CHANGE: "d"} if is_deletion else {name: content}
        else:
            found.unknown.append(name)
    return found


def _said_by_a_tool(name: str, content: object) -> Iterator[tuple[str, str, object]]:
    """What a tool says beside documents: in its containers, and in its own words."""
    is_metadata = not _METADATA.isdisjoint(word.lower() for word in _WORD.findall(name))
    if isinstance(content, dict | list):
        if is_metadata or is_of_a_tool(name, content):
            yield from _leaves(name, content, _DEEPEST)
    elif is_of_a_tool(name, content) and plain_name(name) not in _OUTCOMES:
        yield from _leaves(name, content, 0)


def _is_of_an_event(kind: DocumentKind, name: str, content: object) -> bool:
    """Whether a webhook says here what has happened, and that the document is there: `"type": "product.updated"`."""
    is_text = isinstance(content, str) and plain_name(name) in {"event", "eventtype", "type", "action", "topic"}
    return is_text and len(words_of(str(content))) > 1 and said(kind, name, content) is Said.NOTHING


def said_of_a_page(recognition: Recognition, value: Mapping[str, Any], documents: frozenset[str]) -> list[str]:
    """Name what beside the documents of a page may belong to them, or says of all of them that they do not count.

    Args:
        recognition: The kind.
        value: The page.
        documents: The fields that have the documents, or are the page's own.

    Returns:
        The fields; none if they are all a tool's.
    """
    found, kind = [], recognition.kind
    for name, content in value.items():
        if name in documents:
            continue
        if holds_documents(recognition, name, content):
            found.append(name)
            continue
        paths = [
            path for path, inner, leaf in _said_by_a_tool(name, content) if said(kind, inner, leaf) is not Said.NOTHING
        ]
        is_of_an_operation = mark_name(name) in OPERATIONS and isinstance(content, str)
        is_fine = is_of_a_tool(name, content) or (is_of_an_operation and said(kind, name, content) is Said.NOTHING)
        found += paths or ([] if is_fine else [name])
    return found
