"""Marks that stand around a document, in wrappers and envelopes, and that it is to carry, so that MART judges them."""

from collections.abc import Mapping
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.marks import mark_name
from shop_assets.documents.nothing import has_something
from shop_assets.landing.wrappers.envelopes import Envelope, EnvelopeError
from shop_assets.landing.wrappers.hidden_documents import holds_documents
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.siblings import beside

DELETED: Final = "__deleted"
"""The field by which Debezium marks what was deleted; MART leaves such a document out of its views."""

BESIDE: Final = "wrapper with something beside the document that may belong to it"
SAID_BESIDE: Final = "wrapper that says beside the document that it is deleted or no sale"

_EARLIER: Final = frozenset({"old", "before-image", "updateDescription"})
"""What was before a change, in part or whole (Maxwell, Canal, AWS DMS), and what changed (MongoDB)."""

NAMED: Final = 5
"""The most names that a reject's detail lists."""


def marks_in_wrapper(recognition: Recognition, value: Mapping[str, Any], inner: str) -> dict[str, Any]:
    """The marks beside a document in a wrapper. Raises EnvelopeError where something else stands there."""
    found = beside(recognition, value, frozenset({inner}))
    if found.unknown:
        raise EnvelopeError(BESIDE, named(inner, found.unknown))
    if found.doubtful:
        raise EnvelopeError(SAID_BESIDE, named(inner, found.doubtful))
    return found.marks


def marks_in_envelope(recognition: Recognition, envelope: Envelope, value: Mapping[str, Any]) -> dict[str, Any]:
    """The marks in an envelope, beside its documents and its own operation.

    Raises EnvelopeError for one in doubt, and for what is a document's: tools have other fields of their own there.
    """
    head, _, leaf = envelope.operation.partition(".")
    others = dict(value)
    if leaf and isinstance(value.get(head), dict):
        others[head] = {name: inner for name, inner in value[head].items() if name != leaf}
    own = {*envelope.after, *envelope.before, *envelope.own, *_EARLIER} | ({head} if not leaf else set())
    found = beside(recognition, others, frozenset(own))
    lost = [
        name
        for name in found.unknown
        if name in field_names(recognition.kind) | recognition.their_fields
        or holds_documents(recognition, name, others[name])
    ]
    if lost:
        raise EnvelopeError(BESIDE, named(envelope.name, lost))
    if found.doubtful:
        raise EnvelopeError(SAID_BESIDE, named(envelope.name, found.doubtful))
    return found.marks


def join(marks: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add marks of an inner wrapper, which must not contradict those of an outer one."""
    known = {mark_name(name): content for name, content in marks.items()}
    for name, content in more.items():
        if known.get(mark_name(name), content) != content:
            raise EnvelopeError(BESIDE, named("document", [name]))
        marks[name] = content


def with_marks(document: dict[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what stood beside it; another value of its own is not replaced."""
    if not marks:
        return document
    own = {mark_name(name): inner for name, inner in document.items() if has_something(inner)}
    for name, content in marks.items():
        if name != DELETED and own.get(mark_name(name), content) != content:
            raise EnvelopeError(BESIDE, named("document", [name]))
    return document | dict(marks)


def named(inner: str, others: list[str]) -> str:
    """A wrapper and what stands beside its document, for the detail of a reject."""
    return f"{inner}; beside it: {', '.join(list(dict.fromkeys(others))[:NAMED])}"
