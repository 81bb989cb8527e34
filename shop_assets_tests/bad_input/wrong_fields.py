"""Every field of every kind with every value that does not belong there."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from shop_assets_tests.bad_input.delivery import Document, document, names, text

WRONG: dict[str, Any] = {
    "null": None,
    "empty text": "",
    "blank text": " \u00a0\t",
    "true": True,
    "zero": 0,
    "minus one": -1,
    "huge": 1e308,
    "text": "Нечто",
    "long text": "я" * 5_000,
    "number in a text": " 12,5 ₽",
    "NaN in a text": "NaN",
    "empty list": [],
    "empty object": {},
    "list": [1],
    "nested": {"a": [{"b": {"c": None}}], "": {"d.e": "$f"}},
}
GONE = "gone"
TOO_LARGE = "1e400"
"""Not in Python's values: it is written into the text."""


def paths(value: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every field, objects and lists among them; of a list its first element."""
    if isinstance(value, dict):
        inside: list[tuple[str | int, Any]] = list(value.items())
    else:
        inside = list(enumerate(value[:1])) if isinstance(value, list) else []
    for name, part in inside:
        yield (*here, name)
        yield from paths(part, (*here, name))


def spoiled(kind: str) -> Iterator[bytes]:
    """The documents of a kind, each with one field spoiled, or without it."""
    numbers = names(f"field-{kind}")
    for path in paths(document(kind, "x")):
        for value in [*WRONG.values(), GONE, TOO_LARGE]:
            whole = document(kind, next(numbers))
            put(whole, path, value)
            yield text(whole).replace(b'"1e400"', b"1e400")


def put(whole: Document, path: tuple[str | int, ...], value: Any) -> None:
    *way, last = path
    inside: Any = whole
    for name in way:
        inside = inside[name]
    if value == GONE:
        del inside[last]
    else:
        inside[last] = deepcopy(value)
