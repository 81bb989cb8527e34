"""What may stand beside documents in a wrapper or a page: a tool's own words, and marks that a document is to carry.

Anything else may be a part of a document, so that whoever removes a wrapper must not throw it away.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shop_assets.documents.currencies import says_another_currency, says_roubles
from shop_assets.documents.fields import field_names
from shop_assets.documents.id_names import document_id_names, plain_name
from shop_assets.documents.kinds import PRODUCTS, PURCHASES, DocumentKind
from shop_assets.documents.marks import (
    NO_SALE_WORDS,
    TEST_WORDS,
    is_mark,
    mark_name,
    says_deletion,
    says_no_sale,
    words_of,
)
from shop_assets.documents.nothing import has_something
from shop_assets.landing.wrappers.hidden_documents import holds_documents
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.tool_statements import (
    CHANGE,
    OPERATION,
    OPERATIONS,
    Said,
    bare_name,
    is_possible,
    is_state,
    leaves_out,
    operation_of,
    said,
    says_so_of_all,
    speaks_by_name,
    summarizes,
)

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TOOL_WORDS: Final = frozenset(
    {"api", "at", "available", "bookmark", "broker", "by", "commit", "context", "continuation", "count", "counter",
     "counts", "created", "criteria", "current", "cursor", "database", "docs", "documents", "early", "elapsed",
     "elements", "empty", "end", "entries", "etag", "execution", "exported", "failed", "fetched", "filter",
     "filtered", "filters", "first", "found", "from", "generated", "has", "hasmore", "hits", "href", "incomplete",
     "index", "info", "is", "items", "jsonrpc", "last", "length", "limit", "link", "links", "matched", "max", "meta",
     "metadata", "min", "more", "ms", "nb", "next", "nextpage", "ns", "num", "number", "of", "offset", "omit",
     "order", "ordering", "out", "page", "pageable", "pagenumber", "pager", "pages", "pagesize", "pagination",
     "paging", "params", "partial", "partition", "path", "per", "perpage", "pit", "prev", "previous", "previouspage",
     "primary", "query", "records", "refresh", "request", "requested", "response", "results", "returned", "rev",
     "rows", "schema", "score", "scroll", "seconds", "self", "seq", "server", "shards", "size", "skip", "sort",
     "source", "start", "table", "take", "term", "terminated", "time", "timed", "timestamp", "to", "token", "took",
     "topic", "total", "totalcount", "totalelements", "totalitems", "totalpages", "totalrows", "totals", "trace",
     "truncated", "ts", "tstype", "update", "uri", "url", "version", "warnings", "xid"}
)  # fmt: skip
"""Words of which names of pages and tools consist: `next_page_url`, `totalCount`, `generatedAt`."""

_TOOL_CONTAINERS: Final = frozenset(
    {"api", "context", "counts", "criteria", "cursor", "filter", "filters", "info", "link", "links", "meta",
     "metadata", "ns", "page", "pageable", "pager", "pagination", "paging", "params", "query", "request", "schema",
     "self", "server", "shards", "sort", "source", "time", "total", "totals", "trace", "warnings"}
)  # fmt: skip
"""Those of them that are objects and lists; others could hold more documents."""

_OF_ANSWERS: Final = frozenset(
    {"statistics", "rowsbeforelimitatleast", "rowsbeforeaggregation", "scannedcount", "lastevaluatedkey",
     "consumedcapacity", "responsemetadata", "jsonapi"}
)  # fmt: skip
"""What ClickHouse and DynamoDB write beside rows, and JSON:API beside `data`."""

_COLUMN: Final = frozenset({"name", "type"})
"""What ClickHouse says of a column in `meta`."""

_OF_SEARCHES: Final = frozenset({"_type", "_seq_no", "_routing", "_ignored", "_nested", "__typename"})
"""What Elasticsearch writes beside `_source`, and Apollo in every object of GraphQL."""

_FINE: Final = frozenset({"ok", "success", "succeeded", "done", "complete", "completed", "finished", "true", "200"})
_NO_ERROR: Final = frozenset({"false", "0", "no", "none", "null", "ok", "success", "нет"})
_OUTCOMES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("status", "state", "ok", "message", "msg", "result", "statuscode", "done"), _FINE),
    **dict.fromkeys(("success", "succeeded", "successful", "issuccess", "issucceeded", "issuccessful"), _FINE | {"1"}),
    **dict.fromkeys(("code", "returncode", "retcode", "resultcode"), _FINE | {"0"}),
    **dict.fromkeys(("error", "errors", "iserror", "haserror", "haserrors", "errorcode", "errcode", "errno", "err",
                     "errormessage", "fault"), _NO_ERROR),
}  # fmt: skip
"""The outcomes of requests, and the values that say that all is well."""

_MESSAGES: Final = frozenset({"message", "msg", "statusmessage", "statustext", "description"})
_WELL: Final = re.compile(
    r"\b(?:success(?:ful(?:ly)?)?|ok|retrieved|fetched|loaded|exported|успешно|получен[аоы]?)\b", re.IGNORECASE
)
_NOT_WELL: Final = re.compile(
    r"\b(?:not?|un\w+|in(?:valid|complete)\w*|err\w*|fail\w*|warn\w*|partial\w*|truncat\w*|limit\w*|denied|skip\w*|only"
    r"|except|не|нет|без|кроме|ошиб\w*|част\w*|лишь|только|\d+\s*(?:of|из)\s*\d+)\b",
    re.IGNORECASE,
)
"""What a message for people says of a request that went well, and of one that did not quite."""

_LISTS: Final = ("list", "collection", "page")
_KEYS_OF_STORES: Final = frozenset({"_source", "ticket"})
"""Beside these, `_id` is the key of a store (Elasticsearch, exports of the ФНС)."""

_SAYING_NOTHING: Final = frozenset({"schema", "link", "links"})
_OF_WHAT_CAN_BE: Final = frozenset(
    {"permission", "permissions", "actions", "operations", "capabilities", "rights", "scopes"}
)
"""Names, and words of names, of what describes columns, where else to go, and what can be done. Not `labels`: they may
be those of the documents.
"""

_CURRENCY: Final = "currency"
"""Under this name MART counts a currency."""

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


_Leaf = tuple[str, str, object]
"""A value in a tool's container: its path, its own name, and the value."""


@dataclass(frozen=True)
class _Heard:
    """A leaf, and what it says of the documents."""

    path: str
    name: str
    leaf: object
    said: Said


def is_of_a_tool(name: str, content: object) -> bool:
    """Whether a field is one that tools put beside documents: paging, metadata, an outcome that is fine.

    Args:
        name: The field's name.
        content: Its value.

    Returns:
        False for what may belong to a document, and for an outcome such as `error`.
    """
    if not has_something(content):
        return True
    text = str(content).strip().lower() if not isinstance(content, dict | list) else ""
    if plain_name(name) in _OUTCOMES:
        return text in _OUTCOMES[plain_name(name)] or _is_a_fine_message(name, text)
    if name.startswith(("@", "$", "odata.")) or name in _OF_SEARCHES or plain_name(name) in _OF_ANSWERS:
        return True
    return (name in {"object", "kind", "type"} and text.endswith(_LISTS)) or _consists_of_tool_words(name, content)


def _consists_of_tool_words(name: str, content: object) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if words[-1:] == ["id"] and len(words) > 1:
        words.pop()
    if isinstance(content, dict | list) and not _TOOL_CONTAINERS.issuperset(words):
        return False
    return bool(words) and _TOOL_WORDS.issuperset(words) and plain_name(name).isascii()


def _is_a_fine_message(name: str, text: str) -> bool:
    is_message = plain_name(name) in _MESSAGES and _WELL.search(text) is not None
    return is_message and not _NOT_WELL.search(text) and not says_no_sale(text)


def _leaves(kind: DocumentKind, path: str, name: str, content: object, deepest: int) -> Iterator[_Leaf]:
    """The single values in a tool's container, each with its path and its own name, and the containers that speak of no
    sale by their names and hold more than zeros.
    """
    if isinstance(content, dict | list):
        if plain_name(name) in _SAYING_NOTHING or leaves_out(name) or not deepest or _describes_columns(content):
            return
        if isinstance(content, dict) and not _OF_WHAT_CAN_BE.isdisjoint(words_of(name)):
            return
        if speaks_by_name(kind, name) and _says_more_than_no(content):
            yield path, name, content
    if isinstance(content, dict):
        for inner, value in content.items():
            yield from _leaves(kind, f"{path}.{inner}", inner, value, deepest - 1)
    elif isinstance(content, list):
        for value in content:
            yield from _leaves(kind, path, name, value, deepest - 1)
    elif has_something(content):
        yield path, name, content


def _describes_columns(content: object) -> bool:
    """Whether a list has the names and the types of columns."""
    return isinstance(content, list) and all(isinstance(one, dict) and one.keys() == _COLUMN for one in content)


def _says_more_than_no(content: object) -> bool:
    if isinstance(content, dict):
        return any(_says_more_than_no(inner) for name, inner in content.items() if not is_possible(name))
    if isinstance(content, list):
        return any(map(_says_more_than_no, content))
    return has_something(content) and str(content).strip("-+0., ").lower() not in {"", "false", "no", "нет", "none"}


def _spoken(leaf: object) -> object:
    """What a leaf is heard as: a container among them is one yes."""
    return True if isinstance(leaf, dict | list) else leaf


def _take_from_a_tool(heard: _Heard, kind: DocumentKind, found: Beside) -> None:
    """Sort a value of a tool's metadata: to carry, in doubt, or nothing."""
    name, spoken = heard.name, _spoken(heard.leaf)
    match heard.said:
        case Said.CURRENCY:
            found.marks[_CURRENCY] = spoken
        case Said.MARK:
            found.marks[bare_name(name)] = spoken
        case Said.DELETION:
            found.marks[CHANGE] = "d"
        case Said.NO_SALE:
            found.marks[OPERATION] = operation_of(kind, spoken)
        case Said.DOUBTFUL:
            found.doubtful.append(heard.path)
        case Said.NOTHING:
            pass


def _hear(kind: DocumentKind, leaves: Iterable[_Leaf]) -> Iterator[_Heard]:
    """What each leaf says. A list with the rouble in it names the currencies that there are, not that of amounts."""
    found = list(leaves)
    roubles = {path for path, _, leaf in found if says_roubles(leaf)}
    for path, name, leaf in found:
        has_amounts = kind in (PURCHASES, PRODUCTS) and path not in roubles
        is_currency = has_amounts and says_another_currency(path, leaf)
        yield _Heard(path, name, leaf, Said.CURRENCY if is_currency else said(kind, name, _spoken(leaf)))


def is_key_of_no_sale(kind: DocumentKind, content: object) -> bool:
    """Whether a key by which documents are grouped says that these are deleted or no sale.

    Args:
        kind: The kind of the documents.
        content: What stands under `_id`: `"cancelled"`, `{"status": "cancelled"}`.
    """
    if isinstance(content, dict):
        leaves = (leaf for name, inner in content.items() for leaf in _leaves(kind, name, name, inner, _DEEPEST))
        return any(
            heard.said is Said.CURRENCY or says_so_of_all(kind, heard.name, _spoken(heard.leaf))
            for heard in _hear(kind, leaves)
        )
    if isinstance(content, list):
        return any(is_key_of_no_sale(kind, inner) for inner in content)
    words = "_".join(words_of(str(content)))
    if kind == PURCHASES:
        return words in NO_SALE_WORDS | TEST_WORDS
    return words in NO_SALE_WORDS and says_deletion(words)


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
    return plain_name(name) in document_id_names() and not is_key_of_no_sale(kind, content)


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
        if name in {"key", "value"} and _is_row_of_a_view(value):
            _take_from_a_row(kind, name, content, found)
            continue
        for heard in _hear(kind, _said_by_a_tool(kind, name, content)):
            _take_from_a_tool(heard, kind, found)
        if is_of_a_tool(name, content) or _is_of_an_event(kind, name, content) or _names_the_kind(kind, name, content):
            continue
        is_operation = mark_name(name) in OPERATIONS and isinstance(content, str)
        if is_operation and said(kind, name, content) is Said.DELETION:
            found.marks[CHANGE] = "d"
        elif is_mark(kind, bare_name(name)) and not isinstance(content, dict | list):
            is_deletion = said(kind, name, content) is Said.DELETION
            found.marks |= {CHANGE: "d"} if is_deletion else {bare_name(name): content}
        else:
            found.unknown.append(name)
    return found


def _is_row_of_a_view(value: Mapping[str, Any]) -> bool:
    """Whether this is a row of CouchDB's, which has a document in `doc`, or in `value`."""
    return "key" in value and value.keys() <= {"id", "key", "value", "doc"}


def _take_from_a_row(kind: DocumentKind, name: str, content: object, found: Beside) -> None:
    """Sort what a row has beside its document. A key may be an id, so that only a whole word speaks there."""
    for heard in _hear(kind, _leaves(kind, name, name, content, _DEEPEST)):
        if name != "key":
            _take_from_a_tool(heard, kind, found)
        elif kind == PURCHASES and str(heard.leaf).strip().lower() in NO_SALE_WORDS:
            found.doubtful.append(heard.path)


def _said_by_a_tool(kind: DocumentKind, name: str, content: object) -> Iterator[_Leaf]:
    """What a tool says beside documents: in its containers, and in its own words. Deeper than at the top of metadata a
    state is one of something else: `pages: [{"active": false}]`.
    """
    is_metadata = not _METADATA.isdisjoint(word.lower() for word in _WORD.findall(name))
    if isinstance(content, dict | list):
        if is_metadata or is_of_a_tool(name, content):
            yield from (leaf for leaf in _leaves(kind, name, name, content, _DEEPEST) if not is_state(kind, leaf[1]))
        if is_metadata and isinstance(content, dict):
            states = ((inner, value) for inner, value in content.items() if is_state(kind, inner))
            yield from (leaf for inner, value in states for leaf in _leaves(kind, f"{name}.{inner}", inner, value, 0))
    elif is_of_a_tool(name, content) and plain_name(name) not in _OUTCOMES:
        yield from _leaves(kind, name, name, content, 0)


def _names_the_kind(kind: DocumentKind, name: str, content: object) -> bool:
    """Whether a tool says which kind of document this is: `"type": "customers"`, as JSON:API does."""
    return name in {"type", "kind", "object"} and str(content).lower() in {kind.name, kind.singular}


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
            heard.path
            for heard in _hear(kind, _said_by_a_tool(kind, name, content))
            if heard.said is not Said.NOTHING and not summarizes(kind, heard.path, heard.name, heard.leaf)
        ]
        is_of_an_operation = mark_name(name) in OPERATIONS and isinstance(content, str)
        is_of_the_page = is_of_a_tool(name, content) or _names_the_kind(kind, name, content)
        is_fine = is_of_the_page or (is_of_an_operation and said(kind, name, content) is Said.NOTHING)
        found += paths or ([] if is_fine else [name])
    return found
