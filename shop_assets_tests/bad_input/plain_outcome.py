"""What must become of a document, from docs/rejections.md and docs/document_fields.md alone.

It shares nothing with the loader: a document is refused for a reason, rejected by MART for some, or clean there.
"""

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from shop_assets_tests.bad_input.delivery import Document
from shop_assets_tests.warehouse.dirty_documents import ID_FIELD
from shop_assets_tests.warehouse.plain_cleaning import ABSENT, Cleaned, at, clean
from shop_assets_tests.warehouse.plain_words import NOTHING

OBJECTS = {
    "stores": ["manager", "location", "location.coordinates", "opening_hours"],
    "products": ["kbju", "manufacturer"],
    "customers": ["purchase_location", "delivery_address", "preferences"],
    "purchases": ["customer", "store", "store.location", "delivery_address"],
}
LISTS = {"stores": ["categories"], "purchases": ["items"]}
PERSONAL = {"stores": "manager", "customers": "", "purchases": "customer"}
"""The object that holds phone and email."""

LEVELS = 100
LARGEST = 15 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """`refused`: the reasons of which one must be recorded with the document; none of them when it gets into MongoDB.

    `document_id` is the id under which it is stored then, and `cleaned` what MART makes of it.
    """

    refused: frozenset[str] = frozenset()
    document_id: str = ""
    cleaned: Cleaned | None = None


def outcome(kind: str, text: bytes, now: datetime) -> Outcome:
    try:
        document = _DECODER.decode(text.decode("utf-8-sig"))
    except tuple(_UNREADABLE) as error:
        return Outcome(_UNREADABLE[type(error)])
    if not isinstance(document, dict):
        return Outcome(frozenset({"not a JSON object"}))
    try:
        document = _shaped(kind, _decoded(document))
    except RecursionError:
        return Outcome(_UNREADABLE[RecursionError])
    reasons = frozenset(_refusals(kind, document))
    if reasons:
        return Outcome(reasons)
    document_id = document[ID_FIELD[kind]].strip().lower()
    seen = json.dumps(_encrypted(kind, document)).encode()
    return Outcome(document_id=document_id, cleaned=clean(kind, document_id.encode(), seen, now))


_TYPES = {bool: "true or false", int: "a number", float: "a number", list: "an array", dict: "an object"}


@dataclass(frozen=True)
class BadWrapper:
    """In place of Extended JSON that does not hold what its name says."""

    wrapper: str


BAD_DATE = BadWrapper("$date")
OTHER_IDS = ("_id", "CUSTOMER_ID", "id", *ID_FIELD.values())


def _decoded(value: Any) -> Any:
    """The values that Extended JSON stands for, as far as this corpus has it."""
    match value:
        case {"$date": str(day)} if len(value) == 1 and "T" not in day:
            return BAD_DATE
        case {"$binary": _} if len(value) == 1:
            return BadWrapper("$binary")
        case dict() if _is_decoded(value):
            return "decoded"
        case dict():
            return {name: _decoded(inner) for name, inner in value.items()}
        case list():
            return [_decoded(inner) for inner in value]
    return value


def _is_decoded(value: Document) -> bool:
    return set(value) in ({"$oid"}, {"$numberDecimal"}, {"$code", "$scope"}) or value == {"$date": 0}


def _shaped(kind: str, document: Document) -> Document:
    """The containers in the shapes that they should have ("Empty objects and lists")."""
    for path in sorted([*OBJECTS[kind], *LISTS.get(kind, [])], key=lambda path: path.count(".")):
        owner = at(document, path.rpartition(".")[0]) if "." in path else document
        name = path.rpartition(".")[2]
        if isinstance(owner, dict) and name in owner:
            owner[name] = _object(owner[name]) if path in OBJECTS[kind] else _list(owner[name], path)
    return document


def _object(value: Any) -> Any:
    if value == [] or (isinstance(value, str) and not value.strip()):
        return None
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value


def _list(value: Any, path: str) -> Any:
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, dict) and (not value or _is_numbered(value)):
        return list(value.values())
    return [value] if path == "items" and isinstance(value, dict) and value.keys() & LINE_FIELDS else value


def _is_numbered(value: Document) -> bool:
    """Whether the names are numbers that grow from 0 or 1 with few gaps: others may be articles."""
    if not all(re.fullmatch("0|[1-9][0-9]{0,8}", name) for name in value):
        return False
    numbers = [int(name) for name in value]
    return numbers == sorted(numbers) and numbers[0] <= 1 and numbers[-1] < 2 * len(numbers) + 1


LINE_FIELDS = {
    "product_id", "name", "category", "quantity", "unit", "price_per_unit", "total_price", "kbju", "manufacturer"
}  # fmt: skip


def _encrypted(kind: str, document: Document) -> Document:
    """The document with something in place of each text and number that is encrypted before MART reads it."""
    path = PERSONAL.get(kind)
    owner = document if path == "" else at(document, path) if path else None
    if not isinstance(owner, dict):
        return document
    encrypted = {
        name: "encrypted"
        for name in ("phone", "email")
        if isinstance(owner.get(name), str | int | float) and _says_something(str(owner[name]))
    }
    return document | ({path: owner | encrypted} if path else encrypted)


def _says_something(text: str) -> bool:
    """A word for a missing value in the field of a contact is no contact ("Missing values")."""
    return bool(text.strip()) and text.strip().lower() not in NOTHING


def _no_number(name: str) -> NoReturn:
    raise OverflowError(name)


def _finite(digits: str) -> float:
    if math.isinf(float(digits)):
        raise OverflowError
    return float(digits)


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > 4300:
        raise OverflowError
    return int(digits)


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
_UNREADABLE: dict[type[Exception], frozenset[str]] = {
    UnicodeDecodeError: frozenset({"not UTF-8 text"}),
    RecursionError: frozenset({"nested too deeply", "nested deeper than 100 levels"}),
    json.JSONDecodeError: frozenset({"not JSON"}),
    OverflowError: frozenset({"a number that cannot be held", "not JSON"}),  # whichever comes first
}


def _refusals(kind: str, document: Document) -> list[str]:
    value = document.get(ID_FIELD[kind])
    reasons = [
        f"Extended JSON that cannot be read: {part.wrapper}"
        for part, _ in _parts(document)
        if isinstance(part, BadWrapper)
    ]
    if value is not None and not isinstance(value, str):
        reasons.append(f"id is not a text: {_TYPES[type(value)]}")
    elif value is None or not value.strip():
        reasons.append("id is missing or blank")
        reasons += [f"field `{ID_FIELD[kind]}` is missing; found `{name}`" for name in document if name in OTHER_IDS]
    elif max(len(value), len(value.strip().lower())) > 512:
        reasons.append("id is longer than 512 characters")
    for path in OBJECTS[kind]:
        value = at(document, path)
        reasons += [f"wrong shape: {path}"] * (value is not ABSENT and not isinstance(value, dict | None))
    for path in LISTS.get(kind, []):
        value = at(document, path)
        if value is not ABSENT and value is not None:
            well = isinstance(value, list) and (path != "items" or all(isinstance(line, dict) for line in value))
            reasons += [f"wrong shape: {path}"] * (not well)
    reasons += ["field name that MongoDB does not take"] * any(name.startswith("$") for name in document)
    parts = list(_parts(document))
    reasons += ["nested deeper than 100 levels", "nested too deeply"] * any(depth > LEVELS for _, depth in parts)
    reasons += ["integer beyond 64 bits"] * any(_is_whole(part) and not -(2**63) <= part < 2**63 for part, _ in parts)
    keys = [key for part, _ in parts if isinstance(part, dict) for key in part]
    reasons += ["field name that MongoDB does not take"] * any("\0" in key or key == "$ref" for key in keys)
    texts = [part for part, _ in parts if isinstance(part, str)] + keys
    reasons += ["text that is not valid Unicode"] * any(re.search("[\ud800-\udfff]", value) for value in texts)
    return reasons


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _parts(document: Any) -> list[tuple[Any, int]]:
    """Every value in a document, with how many containers it is the last of."""
    found: list[tuple[Any, int]] = []
    waiting = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        found.append((value, depth if isinstance(value, dict | list) else 0))
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(part, depth + 1) for part in inside]
    return found
