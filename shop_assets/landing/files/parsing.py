"""From the text of one document to a Python dict, or to the reason why it is not one.

Stricter than `json.loads` where its leniency would change a document: NaN and infinities, numbers that a float cannot
hold, encodings other than UTF-8. Not stricter elsewhere: 64-bit limits, lone surrogates and depths that MongoDB does
not take are rejected by the document store.
"""

import codecs
import json
import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from shop_assets.documents.json_types import json_type

NOT_UTF8: Final = "not UTF-8 text"
NOT_JSON: Final = "not JSON"
NOT_AN_OBJECT: Final = "not a JSON object"
BAD_NUMBER: Final = "a number that cannot be held"
TOO_DEEP: Final = "nested too deeply"
REPEATED_FIELD: Final = "an object has a field twice, with different values"


class UnreadableError(ValueError):
    """The text is not a document. `reason` is one of a few stable phrases, `detail` says where; neither quotes it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def parse_document(text: bytes) -> dict[str, object]:
    """The JSON object in the bytes, which may begin with a byte-order mark.

    Integers of up to Python's 4,300 digits stay integers, other numbers become floats, and the last of equal keys wins.

    Raises:
        UnreadableError: The bytes are anything else; no other exception is raised.
    """
    value = parse_value(text)
    if not isinstance(value, dict):
        raise UnreadableError(NOT_AN_OBJECT, json_type(value))
    return value


def parse_value(text: bytes) -> Any:
    """The JSON value in the bytes, read as `parse_document` does.

    Raises:
        UnreadableError: The bytes are not a JSON value; no other exception is raised.
    """
    return _decoded(_DECODER, text)


@dataclass(frozen=True)
class Delivered:
    """A JSON value, and whether an object in it has a field twice with different values, of which the last is kept."""

    value: Any
    has_repeats: bool


def parse_delivered(text: bytes) -> Delivered:
    """The JSON value in the bytes, of which no field may get lost.

    Raises:
        UnreadableError: The bytes are not a JSON value; no other exception is raised.
    """
    _found.repeats = False
    value = _decoded(_STRICT_DECODER, text)
    return Delivered(value, _found.repeats)


def repeated_field(value: object, others: Iterable[object] = ()) -> str | None:
    """Find a field that an object has twice, in what `parse_delivered` has read.

    Args:
        value: A value that it has read.
        others: Parts of it that are not looked at: the documents of a page, each of which is looked at alone.

    Returns:
        The name of the first such field; None if there is none.
    """
    values = [value]
    left_out = set(map(id, others))
    while values:
        one = values.pop()
        if not isinstance(one, dict | list) or id(one) in left_out:
            continue
        if isinstance(one, _Repeated):
            return one.name
        values += one.values() if isinstance(one, dict) else one
    return None


def overridden_fields(value: object) -> list[dict[str, Any]]:
    """Find the fields that lost their values to a later field of the same name, in what `parse_delivered` has read.

    Args:
        value: A value that it has read.

    Returns:
        An object of one field for each; none if no object has a field twice.
    """
    lost: list[dict[str, Any]] = []
    values = [value]
    while values:
        one = values.pop()
        if isinstance(one, _Repeated):
            lost += one.overridden
        values += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return lost


def _decoded(decoder: json.JSONDecoder, text: bytes) -> Any:
    try:
        return decoder.decode(text.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableError(NOT_UTF8, f"byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(NOT_JSON, f"{error.msg}, line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise UnreadableError(TOO_DEEP) from None
    except UnreadableError:
        raise
    except ValueError:  # int() refuses more digits than sys.get_int_max_str_digits()
        raise UnreadableError(BAD_NUMBER, "an integer of more than 4,300 digits") from None


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableError(BAD_NUMBER, "beyond what a 64-bit float holds")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(BAD_NUMBER, name)


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)


class _Found(threading.local):
    """Whether the thread's parser has found a repeated field: to look for one in every value would take longer."""

    repeats = False


class _Repeated(dict[str, Any]):
    """An object with a field twice."""

    name: str
    pairs: list[tuple[str, Any]]

    def items(self) -> Any:
        """All fields, as they were delivered: written again, nothing of the object is lost."""
        return self.pairs

    @property
    def overridden(self) -> list[dict[str, Any]]:
        """The fields that lost their values, an object for each."""
        return [{name: content} for name, content in self.pairs if content is not self[name]]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    first: dict[str, Any] = {}
    name = next((name for name, content in pairs if not _is_same(first.setdefault(name, content), content)), None)
    if name is None:
        return found
    _found.repeats = True
    repeated = _Repeated(found)
    repeated.name = name
    repeated.pairs = pairs
    return repeated


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are one in JSON: 1 and 1.0 are, and true and 1, which are equal to Python, are not."""
    if one is other:  # each boolean is one object
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(content, other[name]) for name, content in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other) and not isinstance(one, bool) and not isinstance(other, bool)


_found: Final = _Found()
_STRICT_DECODER: Final = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_object
)
