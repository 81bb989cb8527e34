r"""The paths of a mapping: finding, moving and filling the values at them.

A path is names with dots between them; `[]` after a name means each element of a list, and `\.` a dot within a name.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

LIST: Final = "[]"
_DOT: Final = re.compile(r"(?<!\\)\.")


def names_of(path: str) -> list[str]:
    """The names of a path; `[]` stays behind that of a list."""
    return [name.replace("\\.", ".") for name in _DOT.split(path)]


def copied(value: Any) -> Any:
    """A copy whose objects and lists can be changed."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


def values_at(value: Any, names: list[str], position: int | None = None) -> Iterator[tuple[int | None, Any]]:
    """The values at a path, each with the place of its element in the list, if there is one on the way."""
    if not names:
        yield position, value
        return
    first, *rest = names
    name = first.removesuffix(LIST)
    if not isinstance(value, dict) or name not in value:
        return
    inner = value[name]
    if first == name:
        yield from values_at(inner, rest, position)
    elif isinstance(inner, list):
        for number, element in enumerate(inner):
            yield from values_at(element, rest, number)


def value_at(value: Any, names: list[str], position: int | None) -> Any:
    """The value at a path and a place in the list on the way; None if there is none."""
    for part in names:
        name = part.removesuffix(LIST)
        value = value.get(name) if isinstance(value, dict) else None
        if part != name:
            place = position or 0
            value = value[place] if isinstance(value, list) and place < len(value) else None
    return value


def remove(value: Any, names: list[str]) -> None:
    """Remove what `values_at` finds, and nothing else: an object where the path has a list stays as it is."""
    first, *rest = names
    name = first.removesuffix(LIST)
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
        remove(element, rest)
    if inner == {} or (isinstance(inner, list) and all(element == {} for element in inner)):
        del value[name]  # nothing but what was taken out of it


def _has_path(inner: Any, first: str, rest: list[str]) -> bool:
    elements = inner if first.endswith(LIST) else [inner]
    return any(True for element in elements for _ in values_at(element, rest))


def put(value: dict[str, Any], names: list[str], position: int | None, content: Any) -> bool:
    """Put a value at a path; False where another shape is in the way, which is left as it is."""
    first, *rest = names
    name = first.removesuffix(LIST)
    if not rest:
        value[name] = content
        return True
    inner = value.get(name)
    if first == name:
        if inner is None:
            inner = value[name] = {}
        return isinstance(inner, dict) and put(inner, rest, position, content)
    if inner is None:
        inner = value[name] = []
    if not isinstance(inner, list):
        return False
    while len(inner) <= (position or 0):
        inner.append({})
    element = inner[position or 0]
    return isinstance(element, dict) and put(element, rest, None, content)


def replace(
    document: dict[str, Any], path: str, change: Callable[[Any], Any], rule: str, done: dict[str, None]
) -> None:
    """Replace the single values at a path by what a rule makes of them, and note the rule if it changed one."""
    names = names_of(path)
    for position, value in list(values_at(document, names)):
        if value is None or isinstance(value, dict | list):
            continue
        changed = change(value)
        if changed is not value:
            put(document, names, position, changed)
            done[rule] = None


def fill(value: dict[str, Any], names: list[str], constant: Any) -> bool:
    """Put a constant where there is nothing; into every element, where a list is on the way."""
    first, *rest = names
    name = first.removesuffix(LIST)
    inner = value.get(name)
    if not rest:
        if inner is not None and not (isinstance(inner, str) and not inner.strip()):
            return False
        value[name] = constant
        return True
    if first != name:
        elements = [element for element in inner if isinstance(element, dict)] if isinstance(inner, list) else []
        filled = [fill(element, rest, constant) for element in elements]  # all of them, not only up to the first
        return any(filled)
    if inner is None:
        inner = value[name] = {}
    return isinstance(inner, dict) and fill(inner, rest, constant)
