"""Why an object is refused that is no document and not around one: the reasons, and which of them it is."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.landing.wrappers.carried_marks import NAMED, named
from shop_assets.landing.wrappers.envelopes import EnvelopeError
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.siblings import said_of_a_page, shows_a_document
from shop_assets.landing.wrappers.wrapper_names import PAGES, has_a_page_in_it, is_out, is_wrapper_name

UNKNOWN_WRAPPER: Final = "wrapper without a document"
BESIDE_PAGE: Final = "unknown fields beside a page's documents"
SEVERAL_INSIDE: Final = "wrapper or page with documents in several fields"
SHARED_ID: Final = "documents of an object by ids with one id"
NO_SALE_WRAPPER: Final = "wrapper named as deleted or not a sale"


def refuse_unknown(
    recognition: Recognition, value: Mapping[str, Any], lists: list[str], holds_one: Callable[[object], bool]
) -> None:
    """Reject an object with nothing of a document in it for the wrapper or page that it is, not for a missing id.

    Args:
        recognition: The kind.
        value: An object that is not a document of the kind, and in which none was found.
        lists: The fields with a page's documents.
        holds_one: Finds out whether there is a document in a value, however deep.

    Raises:
        EnvelopeError: It is a wrapper or a page that cannot be read without a guess.
    """
    if shows_a_document(recognition.kind, {name: inner for name, inner in value.items() if name not in lists}):
        return
    out = [name for name, content in value.items() if is_out(recognition, name, content) and holds_one(content)]
    if out:
        raise EnvelopeError(NO_SALE_WRAPPER, ", ".join(out[:NAMED]))
    if len(lists) > 1:
        raise EnvelopeError(SEVERAL_INSIDE, ", ".join(lists[:NAMED]))
    if len(value) > 1 and all(map(recognition.is_document, value.values())):
        raise EnvelopeError(SEVERAL_INSIDE, ", ".join(list(value)[:NAMED]))
    if lists:
        said = said_of_a_page(recognition, value, frozenset(lists))
        if said:
            raise EnvelopeError(BESIDE_PAGE, named(lists[0], said))
    _refuse_outer_page(recognition, value, holds_one)
    if len(value) != 1:
        return
    ((name, content),) = value.items()
    known = is_wrapper_name(recognition, name) or name in PAGES
    if known and name not in field_names(recognition.kind) and isinstance(content, dict | list):
        raise EnvelopeError(UNKNOWN_WRAPPER, name)


def _refuse_outer_page(recognition: Recognition, value: Mapping[str, Any], holds_one: Callable[[object], bool]) -> None:
    """Name what stands beside the object that a page is in."""
    outer = [name for name, content in value.items() if has_a_page_in_it(recognition, name, content)]
    if len(outer) == 1 and holds_one(value[outer[0]]):
        said = said_of_a_page(recognition, value, frozenset(outer))
        if said:
            raise EnvelopeError(BESIDE_PAGE, named(outer[0], said))
