"""Documents within what looks like a tool's own: whoever passes over its containers must not lose any.

A container of a tool has ids too: a request for one document, the order of a result, the types and captions of columns.
Only an object with the id of a document and another field of one counts, and in a list the id alone.
"""

import re
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.documents.id_names import plain_name
from shop_assets.landing.wrappers.recognition import Recognition

_GENERAL: Final = frozenset({"id", "_id", "name", "description", "type", "unit", "group"})
"""Fields that a person, a file or a request has as well as a document."""

_OF_COLUMNS: Final = re.compile(
    "(?:schema|types?|columns?|properties|mappings?|fields|labels?|captions?|titles?|headers?|names|aggregations?|aggs"
    "|filters?|request|query|params|where|context|projection|sort|orderby)$"
)
"""Names of what describes the columns of documents, or asks for them: Canal's `mysqlType` has every field of one."""

_OF_PEOPLE: Final = re.compile(
    "(?:user|author|owner|operator|manager|admin|account|tenant|organization|company|supplier|vendor|seller|employee)$"
)
"""Names of people and companies, which have ids of their own."""

_OF_AN_ORDER: Final = frozenset({"asc", "desc", "ascending", "descending", "0", "1", "-1", ""})
_TYPES: Final = re.compile(
    r"[-\d]+$|\D*$|[a-z_]*(?:str|text|char|int|long|num|decimal|float|double|uuid|keyword|object|any)|\w+\(|[<>=!*%]|.*:/"
    r"|.*\s"
)
"""What stands for an id in the order of a result, and among types, captions, functions and conditions of columns:
nearly every id has a digit, and no blank."""


def holds_documents(recognition: Recognition, name: str, content: object) -> bool:
    """Whether there are documents of the kind in a field, however deep.

    Args:
        recognition: The kind.
        name: The name of a field beside documents.
        content: What it holds.

    Returns:
        True if an object in it is one.
    """
    values: list[tuple[str, object, bool]] = [(name, content, False)]
    while values:
        around, one, is_element = values.pop()
        if isinstance(one, list):
            values += ((around, inner, True) for inner in one if isinstance(inner, dict | list))
        elif isinstance(one, dict):
            if _is_document(recognition, around, one, is_element=is_element):
                return True
            values += ((name, inner, False) for name, inner in one.items() if isinstance(inner, dict | list))
    return False


def _is_document(recognition: Recognition, around: str, value: dict[str, Any], *, is_element: bool) -> bool:
    describes = _OF_COLUMNS.search(plain_name(around)) is not None and not _is_filled(recognition, value)
    ids = [field for field in recognition.id_fields if _is_an_id(value.get(field), describes=describes)]
    if not ids:
        return False
    if _OF_PEOPLE.search(plain_name(around)) and _GENERAL.issuperset(ids):
        return False
    others = (field_names(recognition.kind) | recognition.their_fields) - _GENERAL - recognition.id_fields
    return not others.isdisjoint(value) or (is_element and not _GENERAL.issuperset(ids))


def _is_filled(recognition: Recognition, value: dict[str, Any]) -> bool:
    """Whether there are half of the model's fields or more, texts and others: types are one of both, captions texts."""
    names = field_names(recognition.kind)
    own = [value[name] for name in names & value.keys() if value[name] is not None]
    return len(own) * 2 >= len(names) and len({isinstance(one, str) for one in own}) > 1


def _is_an_id(content: object, *, describes: bool) -> bool:
    if isinstance(content, dict | list | bool) or content is None:
        return False
    text = str(content).strip().lower()
    return text not in _OF_AN_ORDER and not (describes and _TYPES.match(text))
