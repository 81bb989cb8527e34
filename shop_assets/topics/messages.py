"""The format of a message: its key, its value as compact JSON, and its headers.

Equal documents have equal bytes: keys are in the document's order, and nothing about the run is in the value.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from shop_assets.document_store.capture.changes import Change
from shop_assets.documents.json_text import to_json
from shop_assets.topics.digests import key_of, message_digest

MESSAGE_FORMAT: Final = 4
"""Increment this when the same document would get different bytes; every document is then sent again."""

OPERATION: Final = "operation"
SOURCE_TIME: Final = "source_time"


class Message(NamedTuple):
    """A message before it is sent; `value` is None for a tombstone."""

    key: bytes
    value: bytes | None
    headers: list[tuple[str, str | bytes | None]]  # as the client's types have it

    @property
    def size(self) -> int:
        """Bytes of key and value."""
        return len(self.key) + len(self.value or b"")

    @property
    def digest(self) -> int | None:
        """The digest by which it is compared; None for a tombstone."""
        return None if self.value is None else message_digest(self.key, self.value)


def to_message(change: Change, document: Mapping[str, Any] | None) -> Message:
    """The message of a change, with its document as it is sent: personal data encrypted.

    Raises UnwritableError.
    """
    value = None
    if document is not None:
        value = to_json({name: field for name, field in document.items() if name != "_id"})
    return Message(key_of(change.document_id), value, _headers(change.operation, change.source_time))


@lru_cache(1)  # one list for all messages of a snapshot: a page of them is pickled for another process
def _headers(operation: str, source_time: int) -> list[tuple[str, str | bytes | None]]:
    return [(OPERATION, operation.encode()), (SOURCE_TIME, str(source_time).encode())]
