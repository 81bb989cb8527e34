"""A mapping: how the fields and values of a shop's own documents become those of the model.

`mapping_file.py` reads one from a file; this module applies it. A document is mapped when it is read from landing,
which keeps it as it was delivered. Nothing is guessed: a number that is to be divided and is no plain number rejects
its document, because it would be wrong by the factor.

Example:
    >>> rules = KindMapping(fields=(FieldRule("sum", "total_amount"),), divisors={"total_amount": 100})
    >>> rules.convert(rules.move({"sum": 12990}).document).document
    {'total_amount': 129.9}
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.objectid import ObjectId

from shop_assets.landing.mapping.mapping_paths import (
    LIST,
    copied,
    fill,
    names_of,
    put,
    remove,
    replace,
    value_at,
    values_at,
)

BAD_DIVIDEND: Final = "mapping: no plain number to divide"

_PLAIN_NUMBER: Final = re.compile(r"\s*[+-]?\d{1,30}(\.\d{1,30})?\s*", re.ASCII)
_FLOAT_DIGITS: Final = 15
"""How many decimal digits a float keeps."""


class MappingValueError(ValueError):
    """A value of a document does not fit a rule; `path` is our field, and the value is not quoted."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{BAD_DIVIDEND}: {path}")
        self.path = path


@dataclass(frozen=True)
class FieldRule:
    """The shop's own field and the model's, as dotted paths; `[]` after a name means each element of a list."""

    theirs: str
    ours: str


@dataclass(frozen=True)
class Mapped:
    """A document in the model's terms, and the rules that changed it, by the names under which they are counted."""

    document: dict[str, Any]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindMapping:
    """The rules of one kind, in the order in which they apply: fields, texts, values, divisors, constants."""

    fields: tuple[FieldRule, ...] = ()
    texts: tuple[str, ...] = ()
    """The model's fields whose whole numbers, ObjectIds and times become texts, such as ids."""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the model's field: its value by the shop's own, which is compared trimmed and in lower case."""
    divisors: Mapping[str, int] = field(default_factory=dict)
    """By the model's field: what its number is divided by, 100 for kopecks."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """By the model's field: what a document has there that has nothing."""

    def id_fields(self, id_field: str) -> frozenset[str]:
        """Name the fields by which a document shows its id.

        Args:
            id_field: Our own.

        Returns:
            Ours, and the names at the top of a document that lead to it.
        """
        theirs = {names_of(rule.theirs)[0].removesuffix(LIST) for rule in self.fields if rule.ours == id_field}
        return frozenset({id_field, *theirs})

    @property
    def their_paths(self) -> tuple[str, ...]:
        """The paths at which values are looked for before they are moved."""
        return tuple(rule.theirs for rule in self.fields)

    @property
    def their_fields(self) -> frozenset[str]:
        """The names at the top of a document that the mapping reads."""
        return frozenset(names_of(path)[0].removesuffix(LIST) for path in self.their_paths)

    @property
    def our_paths(self) -> tuple[str, ...]:
        """The paths whose values are converted or filled."""
        return (*self.texts, *self.values, *self.divisors, *self.constants)

    def names(self) -> tuple[str, ...]:
        """Name the rules as `move` and `convert` do, so that one that changes nothing is counted with 0."""
        return (
            *(f"{rule.theirs} -> {rule.ours}" for rule in self.fields),
            *(f"{path} as text" for path in self.texts),
            *(f"values of {path}" for path in self.values),
            *(f"{path} / {divisor}" for path, divisor in self.divisors.items()),
            *(f"constant {path}" for path in self.constants),
        )

    def move(self, document: dict[str, Any]) -> Mapped:
        """Move values from the shop's own fields to the model's.

        Args:
            document: The document in its own terms, whose objects and lists have the shapes that the rules name; it is
                not changed.

        Returns:
            The document in the model's terms, and which rules changed it.
        """
        if not self.fields:
            return Mapped(document)
        done: dict[str, None] = {}
        mapped = copied(document)
        self._move_fields(document, mapped, done)
        return Mapped(mapped, tuple(done)) if done else Mapped(document)

    def convert(self, document: dict[str, Any]) -> Mapped:
        """Convert the values of our fields, and fill those that have nothing.

        Args:
            document: The document in our terms, whose objects and lists have our shapes; it is not changed.

        Returns:
            The document, and which rules changed it.

        Raises:
            MappingValueError: A value that is to be divided is no plain number.
        """
        if not (self.texts or self.values or self.divisors or self.constants):
            return Mapped(document)
        done: dict[str, None] = {}
        mapped = copied(document)
        for path in self.texts:
            replace(mapped, path, _as_text, f"{path} as text", done)
        for path, table in self.values.items():
            replace(mapped, path, partial(_looked_up, table), f"values of {path}", done)
        for path, divisor in self.divisors.items():
            replace(mapped, path, partial(_divided, divisor, path), f"{path} / {divisor}", done)
        for path, constant in self.constants.items():
            if fill(mapped, names_of(path), constant):
                done[f"constant {path}"] = None
        return Mapped(mapped, tuple(done)) if done else Mapped(document)

    def _move_fields(self, original: dict[str, Any], mapped: dict[str, Any], done: dict[str, None]) -> None:
        # A list before what is within it, so that a rule for all of it does not undo one for a part.
        rules = sorted(self.fields, key=lambda rule: len(names_of(rule.ours)))
        found = [(rule, list(values_at(original, names_of(rule.theirs)))) for rule in rules]
        for rule, values in found:
            if values:
                remove(mapped, names_of(rule.theirs))
        for rule, values in found:
            wrote = [_move(mapped, rule, position, value, done) for position, value in values]
            if any(wrote):
                done[f"{rule.theirs} -> {rule.ours}"] = None


def _move(mapped: dict[str, Any], rule: FieldRule, position: int | None, value: Any, done: dict[str, None]) -> bool:
    """Put a value in the model's field, unless that has another one; then it stays where it was."""
    names = names_of(rule.ours)
    present = value_at(mapped, names, position)
    has_own = present is not None and not (isinstance(present, str) and not present.strip())
    if has_own and value is None:
        return False
    if (has_own and present != value) or not put(mapped, names, position, copied(value)):
        done[both_filled(rule)] = None
        put(mapped, names_of(rule.theirs), position, copied(value))
        return False
    return True


def both_filled(rule: FieldRule) -> str:
    """Name the documents in which a rule moved nothing, because the model's field had another value.

    Args:
        rule: A rule that moves a field.

    Returns:
        The name under which they are counted.
    """
    return f"{rule.theirs} -> {rule.ours}: our field had something else and was kept"


def key_of(value: object) -> str:
    """The form in which their values are compared with a mapping's: trimmed, lower case, JSON's words for the rest.

    Args:
        value: A value of a document, or a key of the file.

    Returns:
        For example `true`, `1` and `наличные`; a moment and an ObjectId as `texts` make them.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return str(_as_text(value)).strip().lower()


def _as_text(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, Decimal128):
        number = value.to_decimal()
        is_whole = number.is_finite() and number == number.to_integral_value()
        return f"{number:.0f}" if is_whole else value
    is_whole = isinstance(value, int | Int64) or (isinstance(value, float) and value.is_integer())
    return str(int(value)) if is_whole else value


def _instant(value: datetime) -> str:
    """A moment as text; one without an offset is of Extended JSON, whose times are UTC."""
    return value.replace(tzinfo=value.tzinfo or UTC).isoformat().replace("+00:00", "Z")


def _looked_up(table: Mapping[str, Any], value: Any) -> Any:
    return table.get(key_of(value), value)


def _divided(by: int, path: str, value: Any) -> Any:
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
