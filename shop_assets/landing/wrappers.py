"""What tools put around documents: envelopes of change-data tools, pages of programming interfaces, single wrappers.

A wrapper is removed only where that needs no guess: the object around has nothing of a document, the one inside has an
id of its kind, and what stands beside it is a tool's (`siblings.py`); or the form is a tool's own. The table in
`docs/mapping.md`, section "Envelopes, pages and wrappers", has the sources.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.marks import DELETION_MARKS, mark_name
from shop_assets.landing.envelopes import EnvelopeError, envelope_of
from shop_assets.landing.siblings import has_something, marks_beside, shows_a_document

DELETED: Final = "__deleted"
"""The field by which Debezium marks what was deleted; MART leaves such a document out of its views."""

UNKNOWN_WRAPPER: Final = "wrapper around something that is no document"
BESIDE: Final = "wrapper with something beside the document that may belong to it"
BESIDE_PAGE: Final = "page with something beside its documents that may belong to them"
SEVERAL_INSIDE: Final = "wrapper or page with documents in several fields"

KEYED_PAGE: Final = "page: an object by ids"
LIST_PAGE: Final = "page: a list"

_PAGES: Final = frozenset(
    {"data", "items", "results", "result", "value", "values", "rows", "records", "content", "documents", "docs",
     "entries", "elements", "list", "objects", "response", "payload", "hits"}
)  # fmt: skip
"""The fields under which pages have their documents, beside the kind's own name."""

_WRAPPERS: Final = frozenset(
    {"data", "result", "response", "payload", "value", "record", "document", "doc", "item", "object", "body", "content",
     "_source", "fullDocument", "ticket", "receipt"}
)  # fmt: skip
"""The fields under which a document may stand, beside the kind's own name."""

_OUTER_PAGES: Final = _WRAPPERS | {"_embedded", "hits"}
"""The fields in which a page may stand."""

_VERSIONS: Final = frozenset({"before", "after", "old", "new", "previous", "current"})

_DEEPEST: Final = 6
_NAMED: Final = 5


@dataclass(frozen=True)
class Recognition:
    """By what a document of a kind is recognised: the fields, of which it has one, that lead to its id."""

    kind: DocumentKind
    id_fields: frozenset[str]

    def is_document(self, value: object) -> bool:
        """Whether this is an object with an id of the kind, or with the field that holds it.

        Args:
            value: Any JSON value.

        Returns:
            True if it is.
        """
        return isinstance(value, dict) and not self.id_fields.isdisjoint(value)

    @property
    def names(self) -> frozenset[str]:
        """The kind's own names, of one document and of many."""
        return frozenset({self.kind.name, self.kind.singular})


def documents_inside(recognition: Recognition, value: object) -> int:
    """Count the documents in a value that could not be read as one.

    Args:
        recognition: The kind.
        value: Any JSON value.

    Returns:
        The objects with an id of the kind, however deep; at least 1.
    """
    count = 0
    values = [value]
    while values:
        one = values.pop()
        if recognition.is_document(one):
            count += 1
        elif isinstance(one, dict | list):
            values += one.values() if isinstance(one, dict) else one
    return max(1, count)


@dataclass(frozen=True)
class Unwrapped:
    """A document, and the names of what was around it, from the outside in."""

    document: dict[str, Any]
    wrappers: tuple[str, ...] = ()


def page(recognition: Recognition, value: Mapping[str, Any], deepest: int = _DEEPEST) -> tuple[str, list[Any]] | None:
    """The documents of a page.

    Args:
        recognition: The kind.
        value: A JSON object.
        deepest: In so many objects a page is looked for.

    Returns:
        What the page is called, and its documents; None if this is no page, or could be a document.
    """
    if recognition.is_document(value) or envelope_of(value) is not None:
        return None
    found = _lists(recognition, value)
    if len(found) == 1 and not _shows_a_document_beside(recognition, value, found[0]):
        marks, unknown = marks_beside(recognition.kind, value, frozenset(found))
        return None if marks or unknown else (f"page: {found[0]}", value[found[0]])
    if len(value) > 1 and all(map(recognition.is_document, value.values())):
        is_by_id = not any(_is_known(recognition, name) or name in _VERSIONS for name in value)
        return (KEYED_PAGE, list(value.values())) if is_by_id else None
    return _page_inside(recognition, value, deepest)


def _page_inside(recognition: Recognition, value: Mapping[str, Any], deepest: int) -> tuple[str, list[Any]] | None:
    """A page in a field of an object that has nothing else but a tool's words: `{"hits": {"hits": [...]}}`."""
    outer = [name for name, content in value.items() if name in _OUTER_PAGES and isinstance(content, dict)]
    if len(outer) != 1 or not deepest or shows_a_document(recognition.kind, value):
        return None
    inside = page(recognition, value[outer[0]], deepest - 1)
    marks, unknown = marks_beside(recognition.kind, value, frozenset(outer))
    return None if inside is None or marks or unknown else inside


def _lists(recognition: Recognition, value: Mapping[str, Any]) -> list[str]:
    """The fields with a page's documents; one without any counts only if no other has some."""
    found = [name for name, content in value.items() if _has_documents(recognition, name, content)]
    return [name for name in found if value[name]] or found


def _shows_a_document_beside(recognition: Recognition, value: Mapping[str, Any], name: str) -> bool:
    return shows_a_document(recognition.kind, {other: inner for other, inner in value.items() if other != name})


def is_page_name(recognition: Recognition, name: str) -> bool:
    """Whether a field of this name may have a page's documents.

    Args:
        recognition: The kind.
        name: The field's name.

    Returns:
        True for the names of the table, and for the kind's own.
    """
    return name in _PAGES or name.lower() in recognition.names


def _has_documents(recognition: Recognition, name: str, content: object) -> bool:
    if not isinstance(content, list) or not is_page_name(recognition, name):
        return False
    if name in field_names(recognition.kind):  # a document without its id, perhaps: only what is inside can decide
        return bool(content) and any(map(_finds(recognition), content))
    return not content or any(isinstance(element, dict) for element in content)


def _finds(recognition: Recognition) -> Callable[[object], bool]:
    def is_one(element: object) -> bool:
        if not isinstance(element, dict):
            return False
        try:
            return recognition.is_document(unwrap(recognition, element).document)
        except EnvelopeError:
            return False

    return is_one


def unwrap(recognition: Recognition, value: dict[str, Any]) -> Unwrapped:
    """Remove what is around a document.

    Args:
        recognition: The kind.
        value: A JSON object as it was delivered.

    Returns:
        The document; the same object if nothing is around it, or nothing that is known.

    Raises:
        EnvelopeError: An envelope without a document, or a wrapper around something else.
    """
    document, wrappers, marks = value, [], dict[str, Any]()
    for _ in range(_DEEPEST):
        if recognition.is_document(document):
            break
        envelope = envelope_of(document)
        if envelope is not None:
            wrappers.append(envelope.name)
            marks |= {name: inner for name, inner in document.items() if mark_name(name) in DELETION_MARKS}
            document, was_deleted = envelope.open(document)
            marks |= {DELETED: True} if was_deleted else {}
            continue
        inner = _wrapped(recognition, document)
        if inner is None:
            break
        wrappers.append(f"wrapper: {inner if _is_known(recognition, inner) else 'of another name'}")
        marks |= _marks(recognition, document, inner)
        document = document[inner] if isinstance(document[inner], dict) else document[inner][0]
    if not wrappers and not recognition.is_document(value):
        _refuse_unknown(recognition, value)
    return Unwrapped(_with_marks(document, marks), tuple(wrappers))


def _marks(recognition: Recognition, value: Mapping[str, Any], inner: str) -> dict[str, Any]:
    marks, unknown = marks_beside(recognition.kind, value, frozenset({inner}))
    if unknown:
        raise EnvelopeError(BESIDE, _named(inner, unknown))
    return marks


def _with_marks(document: dict[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what stood beside it; another value of its own is not replaced."""
    if not marks:
        return document
    own = {mark_name(name): inner for name, inner in document.items() if has_something(inner)}
    for name, content in marks.items():
        if name != DELETED and own.get(mark_name(name), content) != content:
            raise EnvelopeError(BESIDE, _named("document", [name]))
    return document | dict(marks)


def _named(inner: str, beside: list[str]) -> str:
    return f"{inner}; beside it: {', '.join(beside[:_NAMED])}"


def _wrapped(recognition: Recognition, value: Mapping[str, Any]) -> str | None:
    """The field with the document, if there is exactly one that has an id of the kind inside."""
    if shows_a_document(recognition.kind, value):
        return None
    found = [
        name
        for name, content in value.items()
        if (len(value) == 1 or _is_known(recognition, name)) and _leads_to_a_document(recognition, content, _DEEPEST)
    ]
    if len(found) > 1:
        raise EnvelopeError(SEVERAL_INSIDE, ", ".join(found[:_NAMED]))
    return found[0] if found else None


def _leads_to_a_document(recognition: Recognition, content: Any, deepest: int) -> bool:
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict) or deepest == 0:
        return False
    if recognition.is_document(content) or envelope_of(content) is not None:
        return True
    if shows_a_document(recognition.kind, content):
        return False
    inside = (inner for name, inner in content.items() if len(content) == 1 or _is_known(recognition, name))
    return any(_leads_to_a_document(recognition, inner, deepest - 1) for inner in inside)


def _is_known(recognition: Recognition, name: str) -> bool:
    """Whether a wrapper has this name, so that it is none that was made of a document's value."""
    return name in _WRAPPERS or name.lower() in recognition.names


def _refuse_unknown(recognition: Recognition, value: Mapping[str, Any]) -> None:
    """Name the wrapper or the page where there is nothing of a document, which a missing id would not."""
    lists = _lists(recognition, value)
    if shows_a_document(recognition.kind, {name: inner for name, inner in value.items() if name not in lists}):
        return
    if len(lists) > 1:
        raise EnvelopeError(SEVERAL_INSIDE, ", ".join(lists[:_NAMED]))
    if lists and lists[0] not in field_names(recognition.kind):
        marks, unknown = marks_beside(recognition.kind, value, frozenset(lists))
        if marks or unknown:
            raise EnvelopeError(BESIDE_PAGE, _named(lists[0], [*marks, *unknown]))
    if len(value) != 1:
        return
    ((name, content),) = value.items()
    known = _is_known(recognition, name) or name in _PAGES
    if known and name not in field_names(recognition.kind) and isinstance(content, dict | list):
        raise EnvelopeError(UNKNOWN_WRAPPER, name)
