"""MongoDB Extended JSON, version 2 (relaxed and canonical) and version 1, as the values that it stands for.

Only objects that are a wrapper and nothing else are read, `{"$date": …}` and the like, by pymongo's own `json_util`.
An object with another field beside the wrapper's stays as it is. References (`$ref`) are no values: the document store
rejects them.

Example:
    >>> decode({"total_amount": {"$numberDecimal": "80.00"}})
    {'total_amount': Decimal128('80.00')}
"""

import math
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from bson import json_util
from bson.binary import UuidRepresentation
from bson.code import Code
from bson.codec_options import DatetimeConversion
from bson.decimal128 import Decimal128
from bson.max_key import MaxKey
from bson.min_key import MinKey
from bson.regex import Regex
from bson.timestamp import Timestamp

BAD_WRAPPER: Final = "Extended JSON that cannot be read"

_OPTIONS: Final = json_util.JSONOptions(
    json_mode=json_util.JSONMode.CANONICAL,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,  # years that Python's dates do not have stay numbers
    tz_aware=False,
    uuid_representation=UuidRepresentation.STANDARD,
)

_WRAPPERS: Final = frozenset(
    frozenset(names)
    for names in (
        ("$oid",), ("$date",), ("$numberInt",), ("$numberLong",), ("$numberDouble",), ("$numberDecimal",), ("$uuid",),
        ("$binary",), ("$binary", "$type"), ("$timestamp",), ("$undefined",), ("$minKey",), ("$maxKey",), ("$symbol",),
        ("$regularExpression",), ("$regex",), ("$regex", "$options"), ("$code",), ("$code", "$scope"),
    )
)  # fmt: skip
"""The names that make a wrapper: MongoDB's specification "Extended JSON", and its manual's page of version 1."""


_FLAGS: Final = frozenset({"$undefined", "$minKey", "$maxKey"})
"""The wrappers whose content says nothing."""


class WrapperError(ValueError):
    """A wrapper's content is not what its name says; `path` is the field, and no value is quoted."""

    def __init__(self, path: str, wrapper: str) -> None:
        super().__init__(f"{BAD_WRAPPER}: {path}, {wrapper}")
        self.path = path
        self.wrapper = wrapper


def decode(document: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Replace the wrappers of a document by what they stand for.

    Args:
        document: A parsed document; it is not changed.

    Returns:
        The document, which is the same object if there was nothing to replace, and how many wrappers it had.

    Raises:
        WrapperError: A wrapper does not hold what its name says.
        RecursionError: The document is nested too deeply.
    """
    if not _may_have_wrappers(document):
        return document, 0
    decoded = {name: _decode(value, name) for name, value in document.items()}
    count = sum(found for _, found in decoded.values())
    return (document, 0) if count == 0 else ({name: value for name, (value, _) in decoded.items()}, count)


def _may_have_wrappers(document: dict[str, Any]) -> bool:
    """Whether any name has a dollar sign: hardly any document has one, and this is quick to see."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            if "$" in "".join(value):  # less than half the cost of looking at each name
                return True
            value = value.values()
        for inner in value:
            if type(inner) is dict or type(inner) is list:
                waiting.append(inner)  # noqa: PERF401  # a new list for each object would cost as much again
    return False


def _decode(value: Any, path: str) -> tuple[Any, int]:
    if isinstance(value, list):
        elements = [_decode(element, f"{path}[]") for element in value]
        count = sum(found for _, found in elements)
        return (value, 0) if count == 0 else ([element for element, _ in elements], count)
    if not isinstance(value, dict):
        return value, 0
    if value and next(iter(value)).startswith("$") and frozenset(value) in _WRAPPERS:
        return _unwrapped(value, path), 1
    fields = {name: _decode(inner, f"{path}.{name}") for name, inner in value.items()}
    count = sum(found for _, found in fields.values())
    return (value, 0) if count == 0 else ({name: inner for name, (inner, _) in fields.items()}, count)


def _unwrapped(wrapper: Mapping[str, Any], path: str) -> Any:
    name = next(iter(wrapper))
    content = {key: _unwrapped(inner, path) if _is_number(inner) else inner for key, inner in wrapper.items()}
    if isinstance(content[name], bool) and name not in _FLAGS:
        raise WrapperError(path, name)
    if name.startswith("$number") and isinstance(content[name], int | float):  # mongoexport's version 1
        content[name] = str(content[name])
    try:
        value = json_util.object_hook(content, _OPTIONS)
    except Exception:  # noqa: BLE001  # json_util lets whatever a wrong content causes through, and may quote it
        raise WrapperError(path, name) from None
    return _kept(value, path, name)


def _is_number(value: object) -> bool:
    """Whether this is the number within `{"$date": {"$numberLong": …}}`, which JSON's own parser would have read."""
    return isinstance(value, dict) and set(value) == {"$numberLong"}


def _kept(value: Any, path: str, wrapper: str) -> Any:
    """The value as MongoDB keeps it. What is not a number stays visible as a text, and is not taken for nothing."""
    if isinstance(value, dict):  # json_util left it alone: the content is not what the name says
        raise WrapperError(path, wrapper)
    if isinstance(value, MinKey | MaxKey):
        return wrapper
    if isinstance(value, Timestamp):
        return value.as_datetime().replace(tzinfo=None)
    if isinstance(value, Regex):  # what may hold personal data stays a text, which is searched for it
        return value.pattern
    if _is_no_number(value):  # `NaN` alone would be a word for nothing
        return f"{wrapper}: {value}"
    return str(value) if isinstance(value, UUID | Code) else value


def _is_no_number(value: object) -> bool:
    if isinstance(value, Decimal128):
        return not value.to_decimal().is_finite()  # `math` refuses a signalling NaN
    return isinstance(value, float) and not math.isfinite(value)
