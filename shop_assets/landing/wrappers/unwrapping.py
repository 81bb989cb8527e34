"""What tools put around documents: envelopes of change-data tools, pages of programming interfaces, single wrappers.

A wrapper is removed only where that needs no guess: the object around has nothing of a document, the one inside has an
id of its kind, and what stands beside it is a tool's (`siblings.py`); or the form is a tool's own. A wrapper whose name
says that its document is deleted or no sale yields none. The table in `docs/mapping.md`, section "Envelopes, pages and
wrappers", has the sources.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.landing.wrappers.carried_marks import (
    DELETED,
    NAMED,
    join,
    marks_in_envelope,
    marks_in_wrapper,
    with_marks,
)
from shop_assets.landing.wrappers.envelopes import EnvelopeError, envelope_of
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.refusals import NO_SALE_WRAPPER, SEVERAL_INSIDE, refuse_unknown
from shop_assets.landing.wrappers.siblings import is_key_of_no_sale, said_of_a_page, shows_a_document
from shop_assets.landing.wrappers.wrapper_names import (
    NEVER_LISTS,
    VERSIONS,
    has_a_page_in_it,
    is_out,
    is_page_name,
    is_wrapper_name,
)

KEYED_PAGE: Final = "page: an object by ids"
LIST_PAGE: Final = "page: a list"

ANSWER_IDS: Final = frozenset({"id", "_id", "Id", "ID"})
"""The ids that requests, messages and events have too."""

_DEEPEST: Final = 6


def documents_inside(recognition: Recognition, value: object) -> int:
    """Count the documents in a value that could not be read as one.

    Args:
        recognition: The kind.
        value: Any JSON value.

    Returns:
        The objects with an id of the kind, however deep; at least 1.
    """
    return max(1, _count_inside(recognition, value))


def _holds_one(recognition: Recognition, value: object) -> bool:
    return _count_inside(recognition, value) > 0


def _count_inside(recognition: Recognition, value: object) -> int:
    count = 0
    values = [value]
    while values:
        one = values.pop()
        rest = _without_answers_id(recognition, one) if isinstance(one, dict) else one
        if rest is one and recognition.is_document(one):
            count += 1
        elif isinstance(rest, dict | list):
            values += rest.values() if isinstance(rest, dict) else rest
    return count


@dataclass(frozen=True)
class Unwrapped:
    """A document, and the names of what was around it, from the outside in."""

    document: dict[str, Any]
    wrappers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """What a page is called, its documents, the same objects, and the identities (`id()`) of those among them that are
    versions of one document, of which nobody knows the newer.
    """

    name: str
    documents: list[Any]
    versions: frozenset[int] = frozenset()


def page(recognition: Recognition, value: Mapping[str, Any], deepest: int = _DEEPEST) -> Page | None:
    """The documents of a page.

    Args:
        recognition: The kind.
        value: A JSON object.
        deepest: How many objects within one another a page is looked for in.

    Returns:
        The page; None if this is none, or could be a document.
    """
    whole = value
    value = _without_answers_id(recognition, whole)
    if (value is whole and recognition.is_document(value)) or envelope_of(value) is not None:
        return None
    found = _lists(recognition, value)
    if len(found) == 1 and not _shows_a_document_beside(recognition, value, found[0]):
        is_said = said_of_a_page(recognition, value, frozenset(found))
        return None if is_said else Page(f"page: {found[0]}", value[found[0]])
    if _is_of_documents(recognition, value):
        return _keyed_page(recognition, value)
    return _page_inside(recognition, value, deepest)


def _is_of_documents(recognition: Recognition, value: Mapping[str, Any]) -> bool:
    return len(value) > 1 and all(map(recognition.is_document, value.values()))


def _keyed_page(recognition: Recognition, value: Mapping[str, Any]) -> Page | None:
    for name, content in value.items():
        if is_wrapper_name(recognition, name) or name in VERSIONS or is_out(recognition, name, content):
            return None
    versions = _versions(recognition, value)
    return None if len(versions) == len(value) else Page(KEYED_PAGE, list(value.values()), versions)


def _versions(recognition: Recognition, value: Mapping[str, Any]) -> frozenset[int]:
    """The documents that have one id (`updated` and `original`). Under their ids, and under numbers, as in a list, they
    may repeat.
    """
    ids = [_ids(recognition, document) for document in value.values()]
    if all(name.isdecimal() or name.strip().lower() in own for name, own in zip(value, ids, strict=True)):
        return frozenset()
    counts = Counter(itertools.chain.from_iterable(ids))
    documents = zip(value.values(), ids, strict=True)
    return frozenset(id(document) for document, own in documents if any(counts[one] > 1 for one in own))


def _ids(recognition: Recognition, document: Mapping[str, Any]) -> set[str]:
    found = (document.get(field) for field in recognition.id_fields)
    return {str(one).strip().lower() for one in found if one is not None and not isinstance(one, dict | list)}


def _page_inside(recognition: Recognition, value: Mapping[str, Any], deepest: int) -> Page | None:
    """A page in a field of an object that has nothing else but a tool's words: `{"hits": {"hits": [...]}}`."""
    outer = [name for name, content in value.items() if has_a_page_in_it(recognition, name, content)]
    if len(outer) != 1 or not deepest or shows_a_document(recognition.kind, value):
        return None
    inside = page(recognition, value[outer[0]], deepest - 1)
    is_said = said_of_a_page(recognition, value, frozenset(outer))
    return None if inside is None or is_said else inside


def _without_answers_id(recognition: Recognition, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object without its `id`, if it has nothing else of a document and documents inside: answers of JSON-RPC and
    events have ids of their own. The same object for everything else, also for what says that it is one document
    (`"type": "product"`) and has lists: they are its own.
    """
    ids = {name for name in ANSWER_IDS & value.keys() if not is_key_of_no_sale(recognition.kind, value[name])}
    if not ids:
        return value
    others = field_names(recognition.kind) | recognition.their_fields
    if any(name in others and not isinstance(value[name], list) for name in value.keys() - ids):
        return value
    rest = {name: content for name, content in value.items() if name not in ids}
    searched = {name: inner for name, inner in rest.items() if not isinstance(inner, list)}
    if not _says_that_it_is_one(recognition, value):
        searched = rest
    lists = _lists(recognition, searched, _finds(recognition))
    if shows_a_document(recognition.kind, {name: inner for name, inner in rest.items() if name not in lists}):
        return value
    wrapped = (
        name
        for name, content in searched.items()
        if (is_wrapper_name(recognition, name) and _leads_to_a_document(recognition, name, content, _DEEPEST))
        or (has_a_page_in_it(recognition, name, content) and page(recognition, content, 1) is not None)
    )
    return rest if lists or envelope_of(rest) is not None or next(wrapped, None) is not None else value


def _says_that_it_is_one(recognition: Recognition, value: Mapping[str, Any]) -> bool:
    return any(str(value.get(name)).lower() == recognition.kind.singular for name in ("type", "kind", "object"))


def _lists(
    recognition: Recognition, value: Mapping[str, Any], is_one: Callable[[object], bool] | None = None
) -> list[str]:
    """The fields with a page's documents; one without any counts only if no other has some. With `is_one` only those
    of which an element is one.
    """
    found = [name for name, content in value.items() if _has_documents(recognition, name, content)]
    if is_one is not None:
        return [name for name in found if any(map(is_one, value[name]))]
    return [name for name in found if value[name]] or found


def _shows_a_document_beside(recognition: Recognition, value: Mapping[str, Any], name: str) -> bool:
    return shows_a_document(recognition.kind, {other: inner for other, inner in value.items() if other != name})


def _has_documents(recognition: Recognition, name: str, content: object) -> bool:
    if not isinstance(content, list) or not is_page_name(recognition, name):
        return False
    if name in field_names(recognition.kind):  # a document without its id, perhaps: only what is inside can decide
        return bool(content) and any(map(_finds(recognition), content))
    return not content or any(isinstance(element, dict) for element in content)


def _finds(recognition: Recognition) -> Callable[[object], bool]:
    def is_one(element: object) -> bool:
        if not isinstance(element, dict):
            return False
        try:
            return recognition.is_document(unwrap(recognition, element).document)
        except EnvelopeError:
            return False

    return is_one


def unwrap(recognition: Recognition, value: dict[str, Any]) -> Unwrapped:
    """Remove what is around a document.

    Args:
        recognition: The kind.
        value: A JSON object as it was delivered.

    Returns:
        The document; the same object if nothing is around it, or nothing that is known.

    Raises:
        EnvelopeError: An envelope without a document, or a wrapper around something else.
    """
    document, wrappers, marks = value, [], dict[str, Any]()
    for _ in range(_DEEPEST):
        around = _without_answers_id(recognition, document)
        if around is document and recognition.is_document(document):
            break
        envelope = envelope_of(around)
        if envelope is not None:
            wrappers.append(envelope.name)
            join(marks, marks_in_envelope(recognition, envelope, around))
            document, was_deleted = envelope.open(around)
            marks |= {DELETED: True} if was_deleted else {}
            continue
        inner = _wrapped(recognition, around)
        if inner is None:
            break
        if is_out(recognition, inner, around[inner]):
            raise EnvelopeError(NO_SALE_WRAPPER, inner)
        wrappers.append(f"wrapper: {inner if is_wrapper_name(recognition, inner) else 'of another name'}")
        join(marks, marks_in_wrapper(recognition, around, inner))
        document = _opened(inner, around[inner])
    if not wrappers:
        around = _without_answers_id(recognition, value)
        if around is not value or not recognition.is_document(value):
            refuse_unknown(recognition, around, _lists(recognition, around), partial(_holds_one, recognition))
    return Unwrapped(with_marks(document, marks), tuple(wrappers))


def _wrapped(recognition: Recognition, value: Mapping[str, Any]) -> str | None:
    """The field with the document, if there is exactly one that has an id of the kind inside."""
    if shows_a_document(recognition.kind, value):
        return None
    found = [
        name
        for name, content in value.items()
        if (len(value) == 1 or is_wrapper_name(recognition, name))
        and _leads_to_a_document(recognition, name, content, _DEEPEST)
    ]
    if len(found) > 1:
        raise EnvelopeError(SEVERAL_INSIDE, ", ".join(found[:NAMED]))
    return found[0] if found else None


def _opened(name: str, content: Any) -> Any:
    """What stands in a wrapper: also the one element of a list, if that cannot be a list of a document's."""
    is_list_of_one = isinstance(content, list) and len(content) == 1
    return content[0] if is_list_of_one and name not in NEVER_LISTS else content


def _leads_to_a_document(recognition: Recognition, name: str, content: Any, deepest: int) -> bool:
    content = _opened(name, content)
    if not isinstance(content, dict) or deepest == 0:
        return False
    if recognition.is_document(content) or envelope_of(content) is not None:
        return True
    rest = {inner: value for inner, value in content.items() if inner not in ANSWER_IDS}
    if shows_a_document(recognition.kind, rest):
        return False
    names = (inner for inner in rest if len(content) == 1 or is_wrapper_name(recognition, inner))
    return any(_leads_to_a_document(recognition, inner, rest[inner], deepest - 1) for inner in names)
