"""What a message looks like: its key, its value as compact JSON, and its headers.

Equal documents give equal bytes: the key order is the document's own, and nothing of the run stands in the value.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from bson.binary import Binary
from bson.datetime_ms import DatetimeMS
from bson.dbref import DBRef
from bson.decimal128 import Decimal128

from shop_assets.document_store.changes import Change

MESSAGE_FORMAT: Final = 1
"""Raised when the same document would give other bytes, so that everything is published anew."""

OPERATION: Final = "operation"
SOURCE_TIME: Final = "source_time"

_OPTIONS: Final = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class UnwritableError(ValueError):
    """A document cannot be written as JSON; the message says why and quotes nothing."""


@dataclass(frozen=True)
class Message:
    """A message before it is sent; `value` is None for a tombstone."""

    key: bytes
    value: bytes | None
    headers: list[tuple[str, str | bytes | None]]  # as the client's types have it

    @property
    def size(self) -> int:
        """Bytes of key and value."""
        return len(self.key) + len(self.value or b"")


def to_message(change: Change, document: Mapping[str, Any] | None) -> Message:
    """The message of a change, with its document as it may be published: personal data encrypted.

    Raises UnwritableError.
    """
    value = None
    if document is not None:
        value = to_json({name: field for name, field in document.items() if name != "_id"})
    headers: list[tuple[str, str | bytes | None]] = [
        (OPERATION, change.operation.encode()),
        (SOURCE_TIME, str(change.source_time).encode()),
    ]
    return Message(change.identity.encode(), value, headers)


def to_json(value: object) -> bytes:
    """Compact UTF-8 JSON. What JSON files never bring but other writers to MongoDB may: dates become ISO-8601 texts,
    decimals numbers, binary base64, infinities null, anything else its text. Raises UnwritableError.
    """
    try:
        return orjson.dumps(value, default=_other, option=_OPTIONS)
    except orjson.JSONEncodeError:
        message = "nested too deeply, or text that is not valid Unicode"
        raise UnwritableError(message) from None


def _other(value: object) -> object:
    if isinstance(value, Decimal128):
        number = value.to_decimal()
        return orjson.Fragment(str(number)) if number.is_finite() else None
    if isinstance(value, DBRef):
        return value.as_doc()
    if isinstance(value, DatetimeMS):
        return int(value)
    if isinstance(value, (bytes, Binary)):
        return base64.b64encode(value).decode()
    return str(value)
