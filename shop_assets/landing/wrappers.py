"""What tools put around documents: envelopes of change-data tools, pages of programming interfaces, single wrappers.

A wrapper is removed only where that needs no guess: the object around has no id of its kind, and the one inside has, or
the form is a tool's own. The table in `docs/mapping.md`, section "Envelopes, pages and wrappers", has the sources.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.envelopes import EnvelopeError, envelope_of

DELETED: Final = "__deleted"
"""The field by which Debezium marks what was deleted; MART leaves such a document out of its views."""

UNKNOWN_WRAPPER: Final = "wrapper around something that is no document"

KEYED_PAGE: Final = "page: an object by ids"
LIST_PAGE: Final = "page: a list"

_PAGES: Final = frozenset(
    {"data", "items", "results", "result", "value", "values", "rows", "records", "content", "documents", "docs",
     "entries", "elements", "list", "objects", "response", "payload"}
)  # fmt: skip
"""The fields under which pages have their documents, beside the kind's own name."""

_WRAPPERS: Final = frozenset(
    {"data", "result", "response", "payload", "value", "record", "document", "doc", "item", "object", "body", "content",
     "_source", "fullDocument", "ticket", "receipt"}
)  # fmt: skip
"""The fields under which a document may stand, beside the kind's own name."""

_DEEPEST: Final = 6


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


@dataclass(frozen=True)
class Unwrapped:
    """A document, and the names of what was around it, from the outside in."""

    document: dict[str, Any]
    wrappers: tuple[str, ...] = ()


def page(recognition: Recognition, value: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
    """The documents of a page.

    Args:
        recognition: The kind.
        value: A JSON object.

    Returns:
        What the page is called, and its documents; None if this is no page, or could be a document.
    """
    if recognition.is_document(value) or envelope_of(value) is not None:
        return None
    found = [name for name, content in value.items() if _has_documents(recognition, name, content)]
    if len(found) == 1:
        return f"page: {found[0]}", value[found[0]]
    if len(value) > 1 and all(map(recognition.is_document, value.values())):
        return KEYED_PAGE, list(value.values())
    return None


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
    return all(isinstance(element, dict) for element in content)


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
    document, wrappers, is_deleted = value, [], False
    for _ in range(_DEEPEST):
        if recognition.is_document(document):
            break
        envelope = envelope_of(document)
        if envelope is not None:
            wrappers.append(envelope.name)
            document, was_deleted = envelope.open(document)
            is_deleted |= was_deleted
            continue
        inner = _wrapped(recognition, document)
        if inner is None:
            break
        wrappers.append(f"wrapper: {inner if _is_known(recognition, inner) else 'of another name'}")
        document = document[inner] if isinstance(document[inner], dict) else document[inner][0]
    if not wrappers:
        _refuse_unknown(recognition, value)
    return Unwrapped(document | {DELETED: True} if is_deleted else document, tuple(wrappers))


def _wrapped(recognition: Recognition, value: Mapping[str, Any]) -> str | None:
    """The field with the document, if there is exactly one that has an id of the kind inside."""
    found = [
        name
        for name, content in value.items()
        if (len(value) == 1 or _is_known(recognition, name)) and _leads_to_a_document(recognition, content, _DEEPEST)
    ]
    return found[0] if len(found) == 1 else None


def _leads_to_a_document(recognition: Recognition, content: Any, deepest: int) -> bool:
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict) or deepest == 0:
        return False
    if recognition.is_document(content) or envelope_of(content) is not None:
        return True
    inside = (inner for name, inner in content.items() if len(content) == 1 or _is_known(recognition, name))
    return any(_leads_to_a_document(recognition, inner, deepest - 1) for inner in inside)


def _is_known(recognition: Recognition, name: str) -> bool:
    """Whether a wrapper has this name, so that it is none that was made of a document's value."""
    return name in _WRAPPERS or name.lower() in recognition.names


def _refuse_unknown(recognition: Recognition, value: Mapping[str, Any]) -> None:
    """Name the wrapper where there is nothing but one, which a missing id would not."""
    if len(value) != 1:
        return
    ((name, content),) = value.items()
    known = _is_known(recognition, name) or name in _PAGES
    if known and name not in field_names(recognition.kind) and isinstance(content, dict | list):
        raise EnvelopeError(UNKNOWN_WRAPPER, name)
