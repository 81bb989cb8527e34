"""Takes one customer out of an object of landing; every other byte of its text stays.

A customer's own documents go, purchases stay under a pseudonym (`documents/pseudonyms.py`), and a damaged document
goes if it mentions the customer. A text that may hold documents of others as well stays, for people to look at: what is
taken out of landing is nowhere else. Positions in the file stay as they are, because rejects name them: a line is
left blank, an element of an array becomes an empty page. A rewritten object keeps the time of its old version, so that
of two files the same one is the newer.
"""

import copy
import json
import mmap
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.documents.pseudonyms import comparable_id, customer_id_in, customer_reference, without_store
from shop_assets.landing import text_search
from shop_assets.landing.files.archives import new_archive
from shop_assets.landing.files.file_types import has_known_type, is_archive, is_lines_by_name
from shop_assets.landing.files.layouts import Layout, estimated_documents, without_comma
from shop_assets.landing.files.parsing import UnreadableError, overridden_fields, parse_delivered
from shop_assets.landing.files.reading import page_of, parts_of
from shop_assets.landing.files.split_texts import split_texts
from shop_assets.landing.files.splitting import BLANK, DocumentText
from shop_assets.landing.mapping.translation import Form, ParsedDocument, UnreadableDocument, translate
from shop_assets.landing.text_search import may_mention, mentions, windows
from shop_assets.landing.wrappers.page_streams import REST_OF_PAGE
from shop_assets.personal_data.pseudonymised_purchases import pseudonymised
from shop_assets.personal_data.traces import Traces

NO_DOCUMENTS: Final = b'{"data": []}'
"""Takes the place of a document: a page without documents, which is read and is no reject."""

_BETWEEN: Final = BLANK + b",[]\x1e"

_REMOVED: Final = object()

_NEXT_OBJECT: Final = re.compile(rb"\}\s*,\s*\{")
_STRUCTURE: Final = re.compile(rb"[\n<\[{]")
"""A text that does not begin as an object and has one of these may be a page, a table or XML: documents of many."""


@dataclass(frozen=True)
class Subject:
    """The customer who is erased: all that is known of them, and their pseudonym."""

    traces: Traces
    pseudonym: str


@dataclass
class ErasedCounts:
    """What was done to an object. `unread` texts were damaged documents and mentioned the customer."""

    customers: int = 0
    purchases: int = 0
    removed_purchases: int = 0
    """Purchases that cannot be written under a pseudonym so that the mapping reads them; MongoDB has them."""
    unread: int = 0
    ids: set[str] = field(default_factory=set)
    """The ids of documents that the object no longer has."""

    @property
    def total(self) -> int:
        """Documents and texts that were changed."""
        return self.customers + self.purchases + self.removed_purchases + self.unread


class ObjectEraser:
    """Erases a customer from the text of one object."""

    def __init__(self, name: str, form: Form, subject: Subject) -> None:
        self._name = name
        self._form = form
        self._subject = subject
        self._has_repeats = False
        self.counts = ErasedCounts()
        self.is_empty = False
        """Whether nothing is left: the object is to be deleted."""
        self.leaves_something = False
        """Whether a text mentions the customer and stays, because it may hold documents of others."""

    def learn(self, text: IO[bytes]) -> bool:
        """Add what the text has of the customer to what is known of them; nothing is written.

        Args:
            text: A file with the text that `unpacked` wrote.

        Returns:
            Whether it has anything of them.
        """
        if not has_known_type(self._name) or not may_mention(text, self._subject.traces):
            return False
        with mmap.mmap(text.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return sum(1 for _ in self._edits(content)) > 0 or self.leaves_something

    def rewrite(self, text: IO[bytes], target: IO[bytes]) -> bool:
        """Write the text without the customer.

        Args:
            text: A file with the text that `unpacked` wrote.
            target: The file for the new content of the object, packed if it was.

        Returns:
            Whether the object has to be replaced or deleted; if not, nothing was written.
        """
        if not has_known_type(self._name) or not may_mention(text, self._subject.traces):
            return False
        with mmap.mmap(text.fileno(), 0, access=mmap.ACCESS_READ) as content:
            edits = list(self._edits(content))
            if not edits:
                return False
            self.is_empty = _has_nothing(_without(content, edits))
            if is_archive(self._name):
                with new_archive(target) as archive:
                    for part in _without(content, edits):
                        archive.write(part)
            else:
                target.writelines(_without(content, edits))
        target.flush()
        return True

    def _edits(self, content: mmap.mmap) -> Iterator[tuple[int, int, bytes]]:
        """The places of the text that change, in order: begin, end, and what takes the place."""
        at = 0
        chunks = iter(lambda: content.read(text_search.CHUNK), b"")
        for found in split_texts(chunks, self._form, lines_by_name=is_lines_by_name(self._name)):
            if isinstance(found, UnreadableDocument):
                continue  # an empty file: what is damaged was cut off when it was unpacked
            begin = content.find(found.text.text, at)
            at = begin + found.text.size
            if found.text.is_too_large:
                # A close look costs 0.8 s a MiB: only where the quick one finds something, as for the whole file.
                edited = self._too_large(content, begin, at, found.layout)
            else:
                edited = self._edited(found.text, found.layout)
            if edited is not None:
                yield begin, at, edited

    def _too_large(self, content: mmap.mmap, begin: int, end: int, layout: Layout) -> bytes | None:
        traces = self._subject.traces
        suspects = (window for window in windows(content, begin, end) if traces.may_be_in(window.lower()))
        if not any(mentions(window, traces, self._form.kind) for window in suspects):
            return None
        is_one = self._is_one_document(content[begin : begin + text_search.CHUNK], layout) and not any(
            self._has_several(window) for window in windows(content, begin, end)
        )
        return self._taken_out(_nothing(layout), is_one=is_one)

    def _edited(self, text: DocumentText, layout: Layout) -> bytes | None:
        """The text without the customer; None if it has nothing of them."""
        nothing = _nothing(layout)
        core = without_comma(text.text) if layout is Layout.LINES else text.text
        if text.fault is not None:
            return self._unread(text, layout)
        try:
            delivered = parse_delivered(core)
        except UnreadableError:
            return self._edited_parts(text, layout)
        value, self._has_repeats = delivered.value, delivered.has_repeats
        edited = self._edited_value(value, layout)
        if edited is value:
            return None
        if edited is _REMOVED:
            return nothing
        write = _written_with_repeats if self._has_repeats else _written
        return text.text.replace(core, write(edited, is_indented=b"\n" in core.strip()), 1)

    def _edited_parts(self, text: DocumentText, layout: Layout) -> bytes | None:
        result, at, is_changed = b"", 0, False
        for part in parts_of(text, layout):
            edited = self._edited(part, Layout.ARRAY)
            begin = text.text.find(part.text, at)
            result += text.text[at:begin] + (part.text if edited is None else edited)
            at = begin + len(part.text)
            is_changed = is_changed or edited is not None
        if at:
            return result + text.text[at:] if is_changed else None
        return self._unread(text, layout)

    def _unread(self, text: DocumentText, layout: Layout) -> bytes | None:
        if not mentions(text.text, self._subject.traces, self._form.kind):
            return None
        is_one = (
            not self._has_several(text.text)
            if text.fault == REST_OF_PAGE  # fields of the page's own object, whose documents are in its array
            else self._is_one_document(text.text, layout)
        )
        return self._taken_out(_nothing(layout), is_one=is_one)

    def _taken_out(self, nothing: bytes, *, is_one: bool) -> bytes | None:
        if not is_one:
            self.leaves_something = True
            return None
        self.counts.unread += 1
        return nothing

    def _is_one_document(self, text: bytes, layout: Layout) -> bool:
        """Whether a text that cannot be read is the text of one document, as far as can be seen."""
        begun = text.lstrip(_BETWEEN)
        if not begun.startswith(b"{") and (layout not in {Layout.LINES, Layout.ARRAY} or _STRUCTURE.search(begun)):
            return False
        return not self._has_several(text)

    def _has_several(self, text: bytes) -> bool:
        id_fields = self._form.recognition.id_fields
        names = [len(re.findall(_named(field), text)) for field in id_fields]
        if max(names, default=0) > 1 or estimated_documents(text, len(text), id_fields) > 1:
            return True
        # Without the id by its name, objects in a list may be documents; with it, they are lines of a purchase.
        return not any(names) and _NEXT_OBJECT.search(text) is not None

    def _edited_value(self, value: Any, layout: Layout) -> Any:
        found = page_of(self._form, value, layout)
        if found is None:
            return self._edited_document(value)
        edited = {}
        for document in found.documents:
            new = self._edited_document(document)
            if new is not document:
                edited[id(document)] = new
        return _replaced(value, edited) if edited else value

    def _edited_document(self, delivered: Any) -> Any:
        traces = self._subject.traces
        lost = overridden_fields(delivered) if self._has_repeats else []
        # A document with a field twice is rejected: whose it is depends on which of the two one believes.
        item = translate(self._form, 1, delivered) if isinstance(delivered, dict) and not lost else None
        if isinstance(item, ParsedDocument):
            kind, document = self._form.kind, item.document
            customer_id = customer_id_in(kind, document)
            if customer_id is not None:
                if customer_id not in traces.ids:
                    return delivered
                if kind == CUSTOMERS:
                    traces.learn(document)
                    self.counts.customers += 1
                    self.counts.ids.add(customer_id)
                    return _REMOVED
                return self._edited_purchase(item)
            if kind not in {CUSTOMERS, PURCHASES}:
                return delivered
        is_one = isinstance(item, ParsedDocument) or not self._has_several(_written(delivered, is_indented=False))
        written = _written([delivered, *lost] if lost else _of_customers(item, delivered), is_indented=False)
        if not mentions(written, traces, self._form.kind):
            return delivered
        return delivered if self._taken_out(b"", is_one=is_one) is None else _REMOVED

    def _edited_purchase(self, item: ParsedDocument) -> Any:
        self._subject.traces.learn(item.document["customer"])
        wanted = pseudonymised(item.document, self._subject.pseudonym)
        # Extended JSON and mappings have types and names of their own: there only values are emptied.
        for edited in (wanted, self._emptied(item, wanted) if item.is_changed else wanted):
            if self._reads_as(edited, wanted) and self._is_free(edited):
                self.counts.purchases += 1
                return edited
        self.counts.removed_purchases += 1
        return _REMOVED

    def _reads_as(self, edited: dict[str, Any], wanted: dict[str, Any]) -> bool:
        try:
            delivered = json.loads(_written(edited, is_indented=False))
        except TypeError:  # of Extended JSON
            return False
        read = translate(self._form, 1, delivered)
        return (
            isinstance(read, ParsedDocument)
            and customer_reference(read.document) == self._subject.pseudonym
            and pseudonymised(read.document, self._subject.pseudonym) == wanted
        )

    def _is_free(self, edited: dict[str, Any]) -> bool:
        return not mentions(_written(edited, is_indented=False), self._subject.traces, self._form.kind)

    def _emptied(self, item: ParsedDocument, wanted: dict[str, Any]) -> dict[str, Any]:
        """A purchase as delivered, whose mapping still reads it, without every value that its statistics do not need.

        A value is needed if the purchase reads differently without it; so the rules of the mapping need not be known.
        """
        edited = copy.deepcopy(item.delivered)
        for path in list(_leaves(edited)):
            owner, name = _at(edited, path[:-1]), path[-1]
            value, owner[name] = owner[name], None
            read = translate(self._form, 1, edited)
            if not isinstance(read, ParsedDocument):
                owner[name] = value
            elif pseudonymised(read.document, self._subject.pseudonym) != wanted or not customer_reference(
                read.document
            ):
                owner[name] = self._subject.pseudonym if comparable_id(value) in self._subject.traces.ids else value
        return edited


def _of_customers(item: object, delivered: Any) -> Any:
    """What a delivered value may say of customers: for a purchase of ours, not what it says of the store."""
    is_ours = isinstance(item, ParsedDocument) and not item.is_changed and isinstance(delivered, dict)
    return without_store(delivered) if is_ours else delivered


def _named(field: str) -> bytes:
    """The name of a field, as in JSON, in JSON within a text, and without quotation marks or in others."""
    return rb"""(?<![\w-])%b["'\\]*\s*[:=]""" % re.escape(field.encode())


def _nothing(layout: Layout) -> bytes:
    """What takes the place of a text that is not a document."""
    return b"" if layout in {Layout.LINES, Layout.SINGLE} else NO_DOCUMENTS


def _without(content: mmap.mmap, edits: list[tuple[int, int, bytes]]) -> Iterator[bytes]:
    at = 0
    for begin, end, edited in [*edits, (len(content), len(content), b"")]:
        for start in range(at, begin, text_search.CHUNK):
            yield content[start : min(begin, start + text_search.CHUNK)]
        yield edited
        at = end


def _has_nothing(pieces: Iterable[bytes]) -> bool:
    """Whether a text has only empty pages and what is between documents; a page may begin in one piece and end in
    another.
    """
    begun = b""
    for piece in pieces:
        begun = (begun + piece).replace(NO_DOCUMENTS, b"").lstrip(_BETWEEN)
        if not NO_DOCUMENTS.startswith(begun):
            return False
    return not begun


def _replaced(value: Any, edited: dict[int, Any]) -> Any:
    """A copy of a page in which documents, found by their identity, are replaced or left out."""
    if id(value) in edited:
        return edited[id(value)]
    if isinstance(value, dict):
        inner = [(name, one, _replaced(one, edited)) for name, one in value.items()]
        if all(new is one for _, one, new in inner):
            return value  # with fields that stand twice
        return {name: new for name, _, new in inner if new is not _REMOVED}
    if isinstance(value, list):
        items = [_replaced(one, edited) for one in value]
        is_same = all(new is one for new, one in zip(items, value, strict=True))
        return value if is_same else [new for new in items if new is not _REMOVED]
    return value


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
        return
    for name, inner in items:
        yield from _leaves(inner, (*path, name))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _written(value: Any, *, is_indented: bool) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 if is_indented else None)
    except (TypeError, ValueError):  # an integer beyond 64 bits, or half of a surrogate pair
        return _written_with_repeats(value, is_indented=is_indented)


def _written_with_repeats(value: Any, *, is_indented: bool) -> bytes:
    """The text of a value, of which fields that stand twice are written twice: orjson writes the last of them."""
    return json.dumps(value, indent=2 if is_indented else None).encode()
