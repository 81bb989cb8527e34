"""Finding the array of a page that is larger than a document may be, so that its elements are read one by one.

A smaller page is parsed as a whole (`wrappers.py`). Of a larger one only the beginning is looked at: its array must
begin there.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from shop_assets.documents.fields import field_names
from shop_assets.landing.envelopes import EnvelopeError
from shop_assets.landing.page_claims import PageClaim, claim_of
from shop_assets.landing.parsing import UnreadableError, parse_document
from shop_assets.landing.recognition import Recognition
from shop_assets.landing.siblings import said_of_a_page
from shop_assets.landing.splitting import array_elements
from shop_assets.landing.wrappers import ANSWER_IDS, is_page_name, unwrap

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_FIELD: Final = re.compile(rb'"([^"\\]{1,64})"\s*:\s*\Z')
_BEFORE: Final = 200
LOOKED_AT: Final = 1024 * 1024
"""Bytes within which the array of a large page must begin."""


@dataclass(frozen=True)
class PageArray:
    """Where a page's array begins, its field, and what stands before it of other pages."""

    begin: int
    name: str
    claim: PageClaim


def page_array(recognition: Recognition, content: bytes) -> PageArray | None:
    """Find the array with a page's documents.

    Args:
        recognition: The kind of the documents.
        content: The beginning of a text that begins with a brace.

    Returns:
        The array; None if the text is no page: then it is a document, or several one after another.
    """
    depth = 0
    for token in _TOKEN.finditer(content, 0, LOOKED_AT):
        mark = token[0]
        if mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return None
        elif mark in (b"{", b"["):
            depth += 1
            if mark == b"[" and depth == 2:  # noqa: PLR2004  # directly in the object
                found = _page_at(recognition, content, token.start())
                if found is not None:
                    return found
    return None


def _page_at(recognition: Recognition, content: bytes, begin: int) -> PageArray | None:
    field = _FIELD.search(content[max(0, begin - _BEFORE) : begin])
    name = field[1].decode("utf-8", "replace") if field else ""
    if not is_page_name(recognition, name):
        return None
    first = next(array_elements([content[begin:]]), None)
    try:
        document = unwrap(recognition, parse_document(first.text if first else b"")).document
    except (UnreadableError, EnvelopeError):
        return None
    if not recognition.is_document(document) and name in field_names(recognition.kind):
        return None
    before = _before(content[:begin])
    if said_of_a_page(recognition.kind, before, frozenset({name, *ANSWER_IDS})):
        return None  # and then the text is larger than a document may be
    return PageArray(begin, name, claim_of(before))


def _before(opening: bytes) -> dict[str, Any]:
    """What stands in a page before its array."""
    try:
        return parse_document(opening + b"[]}")
    except UnreadableError:
        return {}
