"""How often each field is there, in documents of one kind: those of the model, and others.

The names of other fields can be anything, personal data too: they are masked, and their number is bounded.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shop_assets.documents.fields import field_paths
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.nothing import has_something
from shop_assets.personal_data.contacts import without_contacts

OTHER_FIELDS: Final = 500
"""How many names of other fields are kept; documents that are keyed by ids would have one for each."""

ESCAPED_DOT: Final = "\\."
"""A dot within a name, as mappings write it."""

_LONGEST: Final = 120
_DEEPEST: Final = 6


class FieldCounts:
    """Counts the documents that have something in a field."""

    def __init__(self, kind: DocumentKind) -> None:
        self._known = frozenset(field_paths(kind))
        self.documents = 0
        self.known: Counter[str] = Counter(dict.fromkeys(field_paths(kind), 0))
        self.other: Counter[str] = Counter()
        self.types: dict[str, type] = {}
        """The type of the first value of each other field."""

    def add(self, document: Mapping[str, Any]) -> None:
        """Count a document.

        Args:
            document: The document, in the model's terms.
        """
        self.documents += 1
        found = dict(_fields(document, "", _DEEPEST))
        for path, value in found.items():
            if path in self._known:
                self.known[path] += 1
            else:
                self._add_other(path, value)

    def _add_other(self, path: str, value: object) -> None:
        name = without_contacts(path[:_LONGEST])
        if name in self.other or len(self.other) < OTHER_FIELDS:
            self.other[name] += 1
            self.types.setdefault(name, type(value))


def _fields(value: Mapping[str, Any], prefix: str, deepest: int) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        path = f"{prefix}{without_contacts(name).replace('.', ESCAPED_DOT)}"
        if isinstance(inner, Mapping) and inner and deepest:
            yield from _fields(inner, f"{path}.", deepest - 1)
        elif isinstance(inner, list) and any(isinstance(element, Mapping) for element in inner):
            for element in inner:
                if isinstance(element, Mapping) and deepest:
                    yield from _fields(element, f"{path}[].", deepest - 1)
        elif has_something(inner):
            yield path, inner
