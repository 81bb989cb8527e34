"""A mapping: how the fields and values of a shop's own documents become ours.

`mapping_file.py` reads one from a file; this module applies it. A document is mapped when it is read from landing,
which keeps it as it was delivered. Nothing is guessed: a number that is to be divided and is no plain number rejects
its document, because it would be wrong by the factor.

Example:
    >>> rules = KindMapping(fields=(FieldRule("sum", "total_amount"),), divisors={"total_amount": 100})
    >>> rules.apply({"sum": 12990}).document
    {'total_amount': 129.9}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.objectid import ObjectId

BAD_DIVIDEND: Final = "mapping: no plain number to divide"

_LIST: Final = "[]"
_DOT: Final = re.compile(r"(?<!\\)\.")
_PLAIN_NUMBER: Final = re.compile(r"\s*[+-]?\d{1,30}(\.\d{1,30})?\s*", re.ASCII)
_FLOAT_DIGITS: Final = 15
"""A float keeps so many decimal digits."""


class MappingValueError(ValueError):
    """A value of a document does not fit a rule; `path` is our field, and the value is not quoted."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{BAD_DIVIDEND}: {path}")
        self.path = path


@dataclass(frozen=True)
class FieldRule:
    """Their field and ours, as dotted paths; `[]` after a name means each element of a list."""

    theirs: str
    ours: str


@dataclass(frozen=True)
class Mapped:
    """A document in our terms, and the rules that changed it, by the names under which they are counted."""

    document: dict[str, Any]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindMapping:
    """The rules of one kind, in the order in which they apply: fields, texts, values, divisors, constants."""

    fields: tuple[FieldRule, ...] = ()
    texts: tuple[str, ...] = ()
    """Our fields whose whole numbers, ObjectIds and times become texts, such as ids."""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By our field: ours by theirs, which is compared trimmed and in lower case."""
    divisors: Mapping[str, int] = field(default_factory=dict)
    """By our field: what its number is divided by, 100 for kopecks."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """By our field: what a document has there that has nothing."""

    def id_fields(self, id_field: str) -> frozenset[str]:
        """Name the fields by which a document shows its id.

        Args:
            id_field: Our own.

        Returns:
            Ours, and the names at the top of a document that lead to it.
        """
        theirs = {_names(rule.theirs)[0].removesuffix(_LIST) for rule in self.fields if rule.ours == id_field}
        return frozenset({id_field, *theirs})

    def names(self) -> tuple[str, ...]:
        """Name the rules as `apply` does, so that one that changes nothing is counted with 0."""
        return (
            *(f"{rule.theirs} -> {rule.ours}" for rule in self.fields),
            *(f"{path} as text" for path in self.texts),
            *(f"values of {path}" for path in self.values),
            *(f"{path} / {divisor}" for path, divisor in self.divisors.items()),
            *(f"constant {path}" for path in self.constants),
        )

    def apply(self, document: dict[str, Any]) -> Mapped:
        """Map a document.

        Args:
            document: The document in its own terms; it is not changed.

        Returns:
            The document in ours, and which rules changed it.

        Raises:
            MappingValueError: A value that is to be divided is no plain number.
        """
        done: dict[str, None] = {}
        mapped = _copy(document) if self.fields or self.texts or self.values or self.divisors else dict(document)
        self._move_fields(document, mapped, done)
        for path in self.texts:
            _replace(mapped, path, _as_text, f"{path} as text", done)
        for path, table in self.values.items():
            _replace(
                mapped, path, lambda value, table=table: table.get(key_of(value), value), f"values of {path}", done
            )
        for path, divisor in self.divisors.items():
            _replace(
                mapped,
                path,
                lambda value, path=path, by=divisor: _divided(value, by, path),
                f"{path} / {divisor}",
                done,
            )
        for path, constant in self.constants.items():
            if _fill(mapped, _names(path), constant):
                done[f"constant {path}"] = None
        return Mapped(mapped, tuple(done)) if done else Mapped(document)

    def _move_fields(self, original: dict[str, Any], mapped: dict[str, Any], done: dict[str, None]) -> None:
        # A list before what is within it, so that a rule for all of it does not undo one for a part.
        rules = sorted(self.fields, key=lambda rule: len(_names(rule.ours)))
        found = [(rule, list(_find(original, _names(rule.theirs)))) for rule in rules]
        for rule, values in found:
            if values:
                _remove(mapped, _names(rule.theirs))
        for rule, values in found:
            wrote = [_move(mapped, rule, position, value, done) for position, value in values]
            if any(wrote):
                done[f"{rule.theirs} -> {rule.ours}"] = None


def _move(mapped: dict[str, Any], rule: FieldRule, position: int | None, value: Any, done: dict[str, None]) -> bool:
    """Put their value in our field, unless that has one of its own; then theirs stays where it was."""
    names = _names(rule.ours)
    present = _get(mapped, names, position)
    has_own = present is not None and not (isinstance(present, str) and not present.strip())
    if has_own and value is None:
        return False
    if (has_own and present != value) or not _put(mapped, names, position, _copy(value)):
        done[both_filled(rule)] = None
        _put(mapped, _names(rule.theirs), position, _copy(value))
        return False
    return True


def both_filled(rule: FieldRule) -> str:
    """Name the documents in which a rule moved nothing, because our field had another value.

    Args:
        rule: The rule.

    Returns:
        The name under which they are counted.
    """
    return f"{rule.theirs} -> {rule.ours}: our field had something else and was kept"


def key_of(value: object) -> str:
    """The form in which their values are compared with a mapping's: trimmed, lower case, JSON's words for the rest.

    Args:
        value: A value of a document, or a key of the file.

    Returns:
        For example `true`, `1` and `наличные`.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "null" if value is None else str(value).strip().lower()


def _names(path: str) -> list[str]:
    return [name.replace("\\.", ".") for name in _DOT.split(path)]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _find(value: Any, names: list[str], position: int | None = None) -> Iterator[tuple[int | None, Any]]:
    """The values at a path, each with the place of its element in the list, if there is one on the way."""
    if not names:
        yield position, value
        return
    first, *rest = names
    name = first.removesuffix(_LIST)
    if not isinstance(value, dict) or name not in value:
        return
    inner = value[name]
    if first == name:
        yield from _find(inner, rest, position)
    elif isinstance(inner, list):
        for number, element in enumerate(inner):
            yield from _find(element, rest, number)


def _get(value: Any, names: list[str], position: int | None) -> Any:
    """The value at a path and a place in the list on the way; None if there is none."""
    for part in names:
        name = part.removesuffix(_LIST)
        value = value.get(name) if isinstance(value, dict) else None
        if part != name:
            place = position or 0
            value = value[place] if isinstance(value, list) and place < len(value) else None
    return value


def _remove(value: Any, names: list[str]) -> None:
    """Remove what `_find` finds, and nothing else: an object where the path has a list stays as it is."""
    first, *rest = names
    name = first.removesuffix(_LIST)
    if not isinstance(value, dict) or name not in value:
        return
    inner = value[name]
    if first != name and not isinstance(inner, list):
        return
    if not rest:
        del value[name]
        return
    if not _has_path(inner, first, rest):
        return
    for element in inner if first != name else [inner]:
        _remove(element, rest)
    if inner == {} or (isinstance(inner, list) and all(element == {} for element in inner)):
        del value[name]  # nothing but what was taken out of it


def _has_path(inner: Any, first: str, rest: list[str]) -> bool:
    elements = inner if first.endswith(_LIST) else [inner]
    return any(True for element in elements for _ in _find(element, rest))


def _put(value: dict[str, Any], names: list[str], position: int | None, content: Any) -> bool:
    """Put a value at a path; False where another shape is in the way, which is left as it is."""
    first, *rest = names
    name = first.removesuffix(_LIST)
    if not rest:
        value[name] = content
        return True
    inner = value.get(name)
    if first == name:
        if inner is None:
            inner = value[name] = {}
        return isinstance(inner, dict) and _put(inner, rest, position, content)
    if inner is None:
        inner = value[name] = []
    if not isinstance(inner, list):
        return False
    while len(inner) <= (position or 0):
        inner.append({})
    element = inner[position or 0]
    return isinstance(element, dict) and _put(element, rest, None, content)


def _replace(document: dict[str, Any], path: str, change: Any, rule: str, done: dict[str, None]) -> None:
    names = _names(path)
    for position, value in list(_find(document, names)):
        if value is None or isinstance(value, dict | list):
            continue
        changed = change(value)
        if changed is not value:
            _put(document, names, position, changed)
            done[rule] = None


def _fill(value: dict[str, Any], names: list[str], constant: Any) -> bool:
    """Put a constant where there is nothing; into every element, where a list is on the way."""
    first, *rest = names
    name = first.removesuffix(_LIST)
    inner = value.get(name)
    if not rest:
        if inner is not None and not (isinstance(inner, str) and not inner.strip()):
            return False
        value[name] = constant
        return True
    if first != name:
        elements = [element for element in inner if isinstance(element, dict)] if isinstance(inner, list) else []
        filled = [_fill(element, rest, constant) for element in elements]  # all of them, not only up to the first
        return any(filled)
    if inner is None:
        inner = value[name] = {}
    return isinstance(inner, dict) and _fill(inner, rest, constant)


def _as_text(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal128):
        number = value.to_decimal()
        is_whole = number.is_finite() and number == number.to_integral_value()
        return f"{number:.0f}" if is_whole else value
    is_whole = isinstance(value, int | Int64) or (isinstance(value, float) and value.is_integer())
    return str(int(value)) if is_whole else value


def _divided(value: Any, by: int, path: str) -> Any:
    if isinstance(value, str) and not value.strip():
        return value
    text = str(value.to_decimal() if isinstance(value, Decimal128) else value)
    is_number = not isinstance(value, bool) and (not isinstance(value, str) or _PLAIN_NUMBER.fullmatch(value))
    try:
        number = Decimal(text.strip()) / by
    except InvalidOperation:
        is_number = False
    if not is_number or not number.is_finite():
        raise MappingValueError(path)
    return float(number) if len(number.normalize().as_tuple().digits) <= _FLOAT_DIGITS else Decimal128(str(number))


EMPTY: Final = KindMapping()
