"""From a JSON object as it was delivered to a document in our terms, or to the reason why it is none.

The order: what is around the document is removed, Extended JSON is decoded, objects and lists get their shapes, and the
mapping is applied: its fields are moved before ours get theirs. Landing keeps the object as it was delivered; who reads
it for the document store, the inventory or the inspection reads it through here.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.files.containers import normalise_containers, normalise_named
from shop_assets.landing.files.extended_json import BAD_WRAPPER, WrapperError, decode
from shop_assets.landing.files.parsing import TOO_DEEP
from shop_assets.landing.files.splitting import KEPT_BYTES
from shop_assets.landing.mapping.rules import BAD_DIVIDEND, EMPTY, KindMapping, Mapped, MappingValueError
from shop_assets.landing.wrappers.envelopes import SEVERAL_DOCUMENTS, EnvelopeError
from shop_assets.landing.wrappers.page_claims import PageClaim
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.refusals import BESIDE_PAGE, SEVERAL_INSIDE
from shop_assets.landing.wrappers.unwrapping import documents_inside, unwrap
from shop_assets.personal_data.contacts import without_contacts

EXTENDED_JSON: Final = "Extended JSON"


@dataclass(frozen=True)
class ParsedDocument:
    """A document. `position`: its line in JSON Lines, its place in an array or a page (from 1), else 1.

    `delivered` is the object unchanged, and the same as `document` if nothing was to be done. `readings` name what was
    done to read it (wrappers, Extended JSON, containers), `rules` the rules of the mapping that changed it.
    """

    position: int
    document: dict[str, Any]
    delivered: dict[str, Any]
    readings: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the document differs from what was delivered."""
        return bool(self.readings or self.rules)


@dataclass(frozen=True)
class UnreadableDocument:
    """A document that could not be read: `reason` is a stable phrase to count by, `detail` says where, without quoting.

    `text` is the beginning (64 KiB at most) of `size` bytes; it may hold personal data. `documents` is an estimate of
    how many documents are in it.
    """

    position: int
    reason: str
    text: bytes
    size: int
    detail: str = ""
    documents: int = 1


@dataclass(frozen=True)
class PageSummary:
    """A page, beside its documents: what it says of other pages.

    One without documents is counted as a reading, so that it does not vanish.
    """

    position: int
    claim: PageClaim | None = None
    readings: tuple[str, ...] = ()


Found = ParsedDocument | UnreadableDocument | PageSummary
"""What is found at a position of a file."""


@dataclass(frozen=True)
class Form:
    """How documents of a kind are read: the kind, and the rules of the shop's mapping."""

    kind: DocumentKind
    rules: KindMapping = EMPTY

    @cached_property
    def recognition(self) -> Recognition:
        """By what a document is recognised within wrappers."""
        rules = self.rules
        return Recognition(self.kind, rules.id_fields(self.kind.id_field), rules.their_fields)


def translate(
    form: Form, position: int, delivered: dict[str, Any], around: tuple[str, ...] = ()
) -> ParsedDocument | UnreadableDocument:
    """Read one object.

    Args:
        form: How documents of its kind are read.
        position: Its place in its file.
        delivered: The object as delivered; it is not changed.
        around: What was around it in the file.

    Returns:
        The document, or the reason why there is none.
    """
    try:
        unwrapped = unwrap(form.recognition, delivered)
        document, wrappers = decode(unwrapped.document)
        mapped, shapes = _mapped(form, document)
    except EnvelopeError as error:
        return unreadable(form, position, delivered, error.reason, error.wrapper)
    except WrapperError as error:
        return unreadable(form, position, delivered, f"{BAD_WRAPPER}: {error.wrapper}", error.path)
    except MappingValueError as error:
        return unreadable(form, position, delivered, BAD_DIVIDEND, error.path)
    except RecursionError:
        return unreadable(form, position, delivered, TOO_DEEP, "")
    readings = (*around, *unwrapped.wrappers, *((EXTENDED_JSON,) if wrappers else ()), *shapes)
    return ParsedDocument(position, mapped.document, delivered, readings, mapped.rules)


def _mapped(form: Form, document: dict[str, Any]) -> tuple[Mapped, tuple[str, ...]]:
    """The document in our terms, and what shapes were changed for it: each rule finds objects and lists in theirs."""
    rules = form.rules
    document, of_theirs = normalise_named(rules.their_paths, document)
    moved = rules.move(document)
    document, of_ours = normalise_containers(form.kind, moved.document)
    document, of_lines = normalise_named(rules.our_paths, document)
    converted = rules.convert(document)
    shapes = tuple(dict.fromkeys((*of_theirs, *of_ours, *of_lines)))
    return Mapped(converted.document, (*moved.rules, *converted.rules)), shapes


def unreadable(form: Form, position: int, delivered: dict[str, Any], reason: str, detail: str) -> UnreadableDocument:
    """Reject an object.

    Args:
        form: How documents of its kind are read.
        position: Its place in its file.
        delivered: The object as delivered.
        reason: Why.
        detail: Where; contacts in it are masked.

    Returns:
        The object with the number of documents in it.
    """
    try:
        text = json.dumps(delivered, ensure_ascii=False).encode("utf-8", "replace")
    except RecursionError:
        text = b""
    is_page = reason in {BESIDE_PAGE, SEVERAL_INSIDE, SEVERAL_DOCUMENTS}
    lists = (len(inner) for inner in delivered.values() if _is_of_objects(inner))
    documents = max(documents_inside(form.recognition, delivered), sum(lists) if is_page else 0)
    return UnreadableDocument(position, reason, text[:KEPT_BYTES], len(text), without_contacts(detail), documents)


def _is_of_objects(content: Any) -> bool:
    return isinstance(content, list) and any(isinstance(element, dict) for element in content)
