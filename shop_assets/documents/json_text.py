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
