"""A document of MongoDB as compact JSON text: equal documents give equal bytes."""

import base64
from typing import Final

import orjson
from bson.binary import Binary
from bson.datetime_ms import DatetimeMS
from bson.dbref import DBRef
from bson.decimal128 import Decimal128

_OPTIONS: Final = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class UnwritableError(ValueError):
    """A document cannot be written as JSON; the message says why and quotes nothing."""


def to_json(value: object) -> bytes:
    """Write a document as compact UTF-8 JSON; equal documents have equal bytes.

    Other writers to MongoDB may store what JSON files cannot: dates become ISO 8601 strings, decimals become numbers,
    binary becomes base64, infinities null, anything else its text.

    Args:
        value: A document or a part of one, as pymongo returns it.

    Returns:
        The bytes; keys are in the document's order.

    Raises:
        UnwritableError: It is nested too deeply, or holds text that is not valid Unicode.
    """
    try:
        return orjson.dumps(value, default=_other, option=_OPTIONS)
    except orjson.JSONEncodeError:
        message = "nested too deeply, or text that is not valid Unicode"
        raise UnwritableError(message) from None


def is_utf8(text: str) -> bool:
    """Find out whether a text is valid Unicode: neither JSON nor MongoDB can store another.

    Args:
        text: An id, for example. The key of another producer's message may be any bytes, which are surrogates in it.

    Returns:
        Whether it has no surrogates.
    """
    return text.isascii() or text.encode(errors="replace").decode() == text


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
