"""By what a document of a kind is recognised within what tools put around it."""

from dataclasses import dataclass

from shop_assets.documents.kinds import DocumentKind


@dataclass(frozen=True)
class Recognition:
    """By what a document of a kind is recognised: the fields, of which it has one, that lead to its id."""

    kind: DocumentKind
    id_fields: frozenset[str]
    their_fields: frozenset[str] = frozenset()
    """The fields at the top of a document that a mapping reads."""

    def is_document(self, value: object) -> bool:
        """Whether this is an object with an id of the kind, or with the field that holds it.

        Args:
            value: Any JSON value.
        """
        return isinstance(value, dict) and not self.id_fields.isdisjoint(value)

    @property
    def names(self) -> frozenset[str]:
        """The kind's own names, of one document and of many."""
        return frozenset({self.kind.name, self.kind.singular})
