"""The entries of the inventory: the id of each document of an object, or why it cannot be read.

Worker processes do this: parsing a document costs twenty times as much as recording it.
"""

import io
from collections.abc import Iterator
from typing import NamedTuple

from shop_assets.documents.kinds import CUSTOMERS, STORES, DocumentKind, natural_id
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.inventory.inventory_database import Entry
from shop_assets.landing.mapping.rules import KindMapping
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument


class FetchedObject(NamedTuple):
    """An object: its number in the inventory, its key and its bytes."""

    number: int
    key: str
    content: bytes


class EntryReader:
    """Reads the entries of objects of one kind."""

    def __init__(self, kind: DocumentKind, rules: KindMapping) -> None:
        """Take the kind and its rules.

        Args:
            kind: The kind.
            rules: The mapping's rules for it.
        """
        self._kind = kind
        self._rules = rules

    def __call__(self, objects: list[FetchedObject]) -> list[tuple[int, list[Entry]]]:
        """Read some objects.

        Args:
            objects: Their numbers in the inventory, keys and contents.

        Returns:
            The number and the entries of each.
        """
        return [
            (number, list(self.entries(key, io.BufferedReader(io.BytesIO(content)))))
            for number, key, content in objects
        ]

    def entries(self, key: str, stream: io.BufferedReader) -> Iterator[Entry]:
        """Read an object.

        Args:
            key: Its key in landing, whose ending says how to read it.
            stream: Its content.

        Yields:
            Its entries.
        """
        for found in read_stream(key, stream, Form(self._kind, self._rules)):
            if not isinstance(found, PageSummary):
                yield self._entry(found)

    def _entry(self, found: ParsedDocument | UnreadableDocument) -> Entry:
        if isinstance(found, UnreadableDocument):
            return Entry(found.position, fault=found.reason, held=found.documents)
        return Entry(found.position, natural_id(self._kind, found.document), self._store_id(found.document))

    def _store_id(self, document: dict[str, object]) -> str | None:
        place = document.get("purchase_location")
        if self._kind != CUSTOMERS or not isinstance(place, dict):
            return None
        return natural_id(STORES, place)
