"""The envelopes of change-data tools: which fields make one, and where the document is in it.

An envelope is a tool's own form, so that nothing is guessed. The table in `docs/mapping.md`, section "Envelopes, pages
and wrappers", has the sources.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.landing.files.parsing import REPEATED_FIELD, UnreadableError, parse_delivered, repeated_field
from shop_assets.landing.wrappers.connect_types import with_connect_types

NO_DOCUMENT: Final = "envelope without a document"
UNKNOWN_ENVELOPE: Final = "envelope of an unknown form"
SEVERAL_DOCUMENTS: Final = "envelope with several documents"
CONTROL_MESSAGE: Final = "control message of a change-data tool"

_LIVING: Final = frozenset(
    {"c", "r", "u", "i", "insert", "update", "replace", "create", "read", "load", "snapshot", "bootstrap-insert"}
)
_DELETING: Final = frozenset({"d", "delete", "remove"})
_CONTROLLING: Final = frozenset(
    {"t", "m", "truncate", "message", "create-table", "drop-table", "rename-table", "truncate-table", "add-column",
     "drop-column", "rename-column", "change-columns", "column-type-change", "drop", "rename", "dropdatabase",
     "invalidate", "bootstrap-start", "bootstrap-complete", "table-create", "table-alter", "table-drop"}
)  # fmt: skip
"""What tools say of tables and of themselves: it has no document."""


class EnvelopeError(ValueError):
    """There is no document inside, or none that can be read without a guess; `wrapper` is one of our own names."""

    def __init__(self, reason: str, wrapper: str) -> None:
        super().__init__(f"{reason}: {wrapper}")
        self.reason = reason
        self.wrapper = wrapper


@dataclass(frozen=True)
class Envelope:
    """A tool's form: its name, and how a document and whether it was deleted are found in it.

    One that names no operation and has nothing in `after` is a deletion. `own` are other fields of the tool, `schema`
    is the one that names the types of what is inside.
    """

    name: str
    required: tuple[frozenset[str], ...]
    operation: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    schema: str = ""
    only: bool = False

    def fits(self, value: Mapping[str, Any]) -> bool:
        """Whether an object has this form."""
        if self.only:
            return any(set(value) == names for names in self.required)
        return any(names <= value.keys() for names in self.required) and (
            "." not in self.operation or bool(self._operation(value))
        )

    def open(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """The document inside, and whether it was deleted. Raises EnvelopeError."""
        content, was_deleted = self._opened(value)
        return (with_connect_types(value.get(self.schema), content) if self.schema else content), was_deleted

    def _opened(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        operation = self._operation(value)
        if operation in _DELETING:
            return self._content(value, self.before), True
        if not self.operation and self.before and not any(value.get(name) for name in self.after):
            return self._content(value, self.before), True
        if operation in _LIVING or not self.operation:
            return self._content(value, self.after), False
        if operation in _CONTROLLING:
            raise EnvelopeError(CONTROL_MESSAGE, operation)
        raise EnvelopeError(UNKNOWN_ENVELOPE, self.name)

    def _operation(self, value: Mapping[str, Any]) -> str:
        found: Any = value
        for name in filter(None, self.operation.split(".")):
            found = found.get(name) if isinstance(found, dict) else None
        return found.lower() if isinstance(found, str) else ""

    def _content(self, value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        for name in names:
            found = value.get(name)
            if isinstance(found, list) and len(found) > 1:
                raise EnvelopeError(SEVERAL_DOCUMENTS, self.name)
            for content in _objects(found):
                return content
        raise EnvelopeError(NO_DOCUMENT, self.name)


def _objects(content: object) -> Iterator[dict[str, Any]]:
    """The content as an object: of a list the only element, of a text the JSON in it (Debezium for MongoDB).

    Raises EnvelopeError for such a text in which an object has a field twice.
    """
    if isinstance(content, str):
        try:
            inner = parse_delivered(content.encode("utf-8", "replace"))
        except UnreadableError:
            return
        if inner.has_repeats:
            raise EnvelopeError(REPEATED_FIELD, repeated_field(inner.value) or "")
        if isinstance(inner.value, dict):
            yield inner.value
    elif isinstance(content, list) and len(content) == 1:
        yield from _objects(content[0])
    elif isinstance(content, dict) and content:
        yield content


_ENVELOPES: Final = (
    Envelope("schema/payload", (frozenset({"schema", "payload"}),), after=("payload",), schema="schema", only=True),
    Envelope(
        "before/after",
        (
            frozenset({"op", "before"}),
            frozenset({"op", "after"}),
            frozenset({"op", "message"}),
            frozenset({"op", "source", "ts_ms"}),
        ),
        operation="op",
        after=("after",),
        before=("before",),
    ),
    Envelope(
        "before/after of GoldenGate",
        (frozenset({"op_type", "before"}), frozenset({"op_type", "after"})),
        operation="op_type",
        after=("after",),
        before=("before",),
    ),
    Envelope(
        "a change event of MongoDB",
        (frozenset({"operationType", "ns"}), frozenset({"operationType", "documentKey"})),
        operation="operationType",
        after=("fullDocument",),
        before=("fullDocumentBeforeChange",),
    ),
    Envelope(
        "a change of RethinkDB",
        (frozenset({"new_val", "old_val"}),),
        after=("new_val",),
        before=("old_val",),
        own=("type",),
    ),
    Envelope(
        "a row of Maxwell or Canal",
        (frozenset({"database", "table", "type", "data"}),),
        operation="type",
        after=("data",),
        before=("data",),
    ),
    Envelope(
        "a record of AWS DMS",
        (frozenset({"data", "metadata"}),),
        operation="metadata.operation",
        after=("data",),
        before=("data",),
    ),
    Envelope(
        "a control record of AWS DMS",
        (frozenset({"metadata"}), frozenset({"metadata", "control"})),
        operation="metadata.operation",
        only=True,
    ),
)


def envelope_of(value: Mapping[str, Any]) -> Envelope | None:
    """Recognise the envelope of a change-data tool.

    Args:
        value: A JSON object.

    Returns:
        Its form; None if it is none that is known.
    """
    return next((envelope for envelope in _ENVELOPES if envelope.fits(value)), None)
