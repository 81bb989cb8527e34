"""What people call the types of JSON, in reasons: it names a value's type and never the value."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bson.decimal128 import Decimal128
from bson.objectid import ObjectId

_NAMES: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "true or false"),
    ((int, float, Decimal128), "a number"),
    (str, "a string"),
    (list, "an array"),
    (Mapping, "an object"),
    (ObjectId, "an ObjectId"),
    (datetime, "a date"),
    (type(None), "null"),
)


def json_type(value: object) -> str:
    """Name the type of a value.

    Args:
        value: A value of parsed JSON, or of BSON.

    Returns:
        For example "a number"; for a type that JSON does not have, its name in Python.
    """
    return next((name for types, name in _NAMES if isinstance(value, types)), type(value).__name__)
