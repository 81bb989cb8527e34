"""Objects as they might be delivered, and a document made unlike all others by its id."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from shop_assets_tests.warehouse.dirty_documents import CLEAN, ID_FIELD

Document = dict[str, Any]


@dataclass(frozen=True)
class Delivered:
    """An object of landing and the texts of the documents that a person would say are in it, position to text.

    A text of None is one that cannot be separated from its surroundings: it must be refused, whatever the reason.
    """

    kind: str
    name: str
    content: bytes
    texts: dict[int, bytes | None]

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"


def one(kind: str, name: str, text: bytes) -> Delivered:
    """One document, or what should be one, in a file of its own."""
    return Delivered(kind, name, text, {1: text})


def lines(kind: str, name: str, texts: list[bytes]) -> Delivered:
    """One a line."""
    return Delivered(kind, name, b"\n".join(texts), dict(enumerate(texts, start=1)))


def unreadable(kind: str, name: str, content: bytes) -> Delivered:
    """A file that is not a document as a whole."""
    return Delivered(kind, name, content, {1: None})


def document(kind: str, document_id: str, **more: object) -> Document:
    """A clean document under this id, with fields of the test's own."""
    return deepcopy(CLEAN[kind]) | {ID_FIELD[kind]: document_id} | more


def text(value: object) -> bytes:
    """JSON as most programs write it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def names(prefix: str) -> Iterator[str]:
    """Ids without end, each different."""
    number = 0
    while True:
        number += 1
        yield f"{prefix}-{number:05d}"
