"""Objects and lists in the shapes that some languages give them: PHP and 1C write `[]` for an empty object.

The objects and lists of the model get their shapes, and those that a mapping names: a rule must find a line's price
whether the only line stands in a list or alone. Only what can mean one thing is changed; anything else stays, and the
document store rejects it with the field's name.

| delivered | where an object is due | where a list is due |
|---|---|---|
| `[]`, a blank text | null | null (`[]` is a list) |
| `[{…}]` | the object | |
| `{}` | | an empty list |
| `{"0": …, "1": …}` | | the values (PHP's arrays; also from 1 or with small gaps, if a value has its id) |
| `{…}` | | a list of it, if it has a field of the list's objects |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from shop_assets.documents.containers import CONTAINERS
from shop_assets.documents.fields import field_paths
from shop_assets.documents.kinds import DocumentKind, FieldPath
from shop_assets.landing.mapping.mapping_paths import LIST, names_of

_UNCHANGED: Final = object()

_FIRST: Final = 1
"""PHP counts from 0, Lua and 1C from 1."""

_LONGEST_INDEX: Final = 9
"""Digits: no list is longer, and Python refuses to convert more than 4,300."""


def normalise_containers(kind: DocumentKind, document: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give the objects and lists of a document their shapes.

    Args:
        kind: The document's kind.
        document: The document; it is not changed.

    Returns:
        The document, which is the same object if nothing was to be done, and what was done: for example
        `location: [] for an object`.
    """
    done: list[str] = []
    for path, shape, usual, element_fields in _shapes(kind):
        owner = _owner(document, path)
        if owner is None or path[-1] not in owner:
            continue
        content = owner[path[-1]]
        if type(content) is usual:
            continue
        value, what = _shaped(content, shape, element_fields)
        if value is not _UNCHANGED:
            document = _with_value(document, path, value)
            done.append(f"{'.'.join(path)}: {what}")
    return document, tuple(done)


@cache
def _shapes(kind: DocumentKind) -> tuple[tuple[FieldPath, str, type, frozenset[str]], ...]:
    """Each container of a kind: its path, its shape, the type that has this shape already, and the names of the fields
    of a list's objects.
    """
    return tuple(
        (path, shape, dict if shape == "object" else list, _element_fields(kind, path))
        for path, shape in CONTAINERS[kind].items()
    )


def _owner(document: dict[str, Any], path: FieldPath) -> dict[str, Any] | None:
    found: Any = document
    for name in path[:-1]:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _with_value(document: dict[str, Any], path: FieldPath, value: Any) -> dict[str, Any]:
    name, *rest = path
    return document | {name: _with_value(document[name], tuple(rest), value) if rest else value}


def _element_fields(kind: DocumentKind, path: FieldPath) -> frozenset[str]:
    prefix = f"{'.'.join(path)}[]."
    return frozenset(field.removeprefix(prefix) for field in field_paths(kind) if field.startswith(prefix))


def _shaped(value: Any, shape: str, element_fields: frozenset[str]) -> tuple[Any, str]:
    due = "an object" if shape == "object" else "a list"
    if isinstance(value, str) and not value.strip():
        return None, f"a blank text for {due}"
    if shape == "object":
        return _as_object(value)
    if isinstance(value, dict):
        return _as_list(value, element_fields)
    return _UNCHANGED, ""


def _as_object(value: Any) -> tuple[Any, str]:
    if value == []:
        return None, "[] for an object"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0], "a list around an object"
    return _UNCHANGED, ""


def _is_list_index(name: str) -> bool:
    is_number = name.isdecimal() and name.isascii() and len(name) <= _LONGEST_INDEX
    return is_number and str(int(name)) == name


def _is_php_list(value: dict[str, Any], element_fields: frozenset[str]) -> bool:
    """Whether the names are indexes of a list, in their order: 0 or 1, and about as many as there are values. Others
    may be articles, which the values have not; so may these, where no value has an id and they do not count from 0.
    """
    if not all(_is_list_index(name) for name in value):
        return False
    indexes = [int(name) for name in value]
    if indexes == list(range(len(indexes))):
        return True
    ids = {name for name in element_fields if name.endswith("_id")}
    has_ids = not ids or any(isinstance(one, dict) and not ids.isdisjoint(one) for one in value.values())
    return has_ids and indexes == sorted(indexes) and indexes[0] <= _FIRST and indexes[-1] < 2 * len(indexes) + _FIRST


def _as_list(value: dict[str, Any], element_fields: frozenset[str]) -> tuple[Any, str]:
    if not value:
        return [], "{} for a list"
    if _is_php_list(value, element_fields):
        return list(value.values()), "an object with numbers for a list"
    is_one = not element_fields.isdisjoint(value)  # else its names may be keys, of products for example
    return ([value], "an object for a list") if is_one else (_UNCHANGED, "")


@dataclass
class _NamedField:
    """What paths say of a field: whether it is a list, and the fields within it; none within a single value."""

    is_list: bool = False
    fields: dict[str, "_NamedField"] = field(default_factory=dict)


@cache
def _named_fields(paths: tuple[str, ...]) -> Mapping[str, _NamedField]:
    top = _NamedField()
    for path in paths:
        owner = top
        for name in names_of(path):
            owner = owner.fields.setdefault(name.removesuffix(LIST), _NamedField())
            owner.is_list = owner.is_list or name.endswith(LIST)
    return top.fields


def normalise_named(paths: tuple[str, ...], document: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give the objects and lists that paths lead through the shapes that the paths name.

    Args:
        paths: Paths of a mapping, such as `lines[].sku` and `client.id`.
        document: The document; it is not changed.

    Returns:
        The document, which is the same object if nothing was to be done, and what was done.
    """
    if not paths:
        return document, ()
    done: dict[str, None] = {}
    return _with_named_shapes(_named_fields(paths), document, "", done), tuple(done)


def _with_named_shapes(
    fields: Mapping[str, _NamedField], owner: dict[str, Any], prefix: str, done: dict[str, None]
) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, named in fields.items():
        value = owner.get(name)
        if not named.fields or not isinstance(value, dict | list) or not value:
            continue
        path = f"{prefix}{name}"
        shape = "objects" if named.is_list else "object"
        shaped, what = _shaped(value, shape, frozenset(named.fields))
        if shaped is _UNCHANGED:
            shaped = value
        else:
            done[f"{path}: {what}"] = None
        inner = _with_inner_shapes(named, shaped, path, done)
        if inner is not value:
            changed[name] = inner
    return owner | changed if changed else owner


def _with_inner_shapes(named: _NamedField, value: Any, path: str, done: dict[str, None]) -> Any:
    if isinstance(value, dict):
        return _with_named_shapes(named.fields, value, f"{path}.", done) if not named.is_list else value
    if not named.is_list:
        return value
    elements = [
        _with_named_shapes(named.fields, one, f"{path}{LIST}.", done) if isinstance(one, dict) else one for one in value
    ]
    return elements if any(new is not old for new, old in zip(elements, value, strict=True)) else value
