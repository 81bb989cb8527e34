"""Reading the documents of one object in landing, or of one file: each is read, or unreadable with a reason.

Whatever the bytes are, reading does not raise because of them: a bad document is rejected alone. Only the store raises
(an object that is gone, a network that stays down). Memory is bounded by one document and one range of the object.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from shop_assets.documents.json_types import json_type
from shop_assets.documents.kinds import KIND_BY_NAME, DocumentKind
from shop_assets.landing.files.encodings import chunks_of, decompressed, utf8
from shop_assets.landing.files.file_types import has_known_type, is_archive, is_lines_by_name
from shop_assets.landing.files.layouts import Layout, estimated_documents, without_comma
from shop_assets.landing.files.parsing import (
    NOT_AN_OBJECT,
    NOT_JSON,
    REPEATED_FIELD,
    Delivered,
    UnreadableError,
    parse_delivered,
    parse_value,
    repeated_field,
)
from shop_assets.landing.files.split_texts import EMPTY_FILE, SplitText, split_file, unreadable_file
from shop_assets.landing.files.splitting import BLANK, KEPT_BYTES, DocumentText, sequence
from shop_assets.landing.mapping.rules import EMPTY, KindMapping
from shop_assets.landing.mapping.translation import (
    Form,
    Found,
    PageSummary,
    ParsedDocument,
    UnreadableDocument,
    translate,
    unreadable,
)
from shop_assets.landing.wrappers.page_claims import claim_of
from shop_assets.landing.wrappers.path_marks import path_mark
from shop_assets.landing.wrappers.recognition import Recognition
from shop_assets.landing.wrappers.refusals import SHARED_ID
from shop_assets.landing.wrappers.unwrapping import KEYED_PAGE, LIST_PAGE, Page, page
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets.personal_data.contacts import without_contacts

if TYPE_CHECKING:
    from io import BufferedReader

TOO_LARGE: Final = "larger than 16 MiB"
UNKNOWN_FILE_TYPE: Final = "unknown file type"


def document_objects(bucket: Bucket, kind: DocumentKind) -> Iterator[ObjectSummary]:
    """List the objects of a kind, without the folder markers that S3 consoles create.

    Args:
        bucket: The landing bucket.
        kind: The kind.

    Returns:
        The objects in the store's own order.
    """
    return (summary for summary in bucket.list(f"{kind.name}/") if not summary.key.endswith("/"))


def read_documents(bucket: Bucket, key: str, rules: KindMapping = EMPTY) -> Iterator[Found]:
    """Read the documents of an object.

    Args:
        bucket: The landing bucket.
        key: The object's key, which begins with the kind's name.
        rules: The mapping's rules for the kind.

    Yields:
        The documents in their order. An object of another type is one unreadable document.

    Raises:
        ObjectMissingError: There is no such object.
        ObjectChangedError: The object was replaced while it was read.
    """
    with bucket.open(key) as stream:
        yield from read_stream(key, stream, Form(KIND_BY_NAME[key.partition("/")[0]], rules))


def read_stream(name: str, stream: "BufferedReader", form: Form) -> Iterator[Found]:
    """Read the documents of a file.

    Args:
        name: The file's name.
        stream: Its content.
        form: How documents of its kind are read.

    Yields:
        The documents in their order, at positions that grow. A file of another type is one unreadable document; where
        the path says that documents are no sale, each is one to reject.
    """
    if not has_known_type(name):
        yield unreadable_file(UNKNOWN_FILE_TYPE, chunks_of(stream))
        return
    is_packed = is_archive(name)
    if not stream.peek(1) and is_packed:  # an archive of nothing has its header and its checksum
        yield UnreadableDocument(1, EMPTY_FILE, b"", 0)
        return
    chunks = decompressed(stream) if is_packed else chunks_of(stream)
    last, mark = 0, path_mark(form.kind, name)
    for found in _read(utf8(chunks), form, lines_by_name=is_lines_by_name(name)):
        if isinstance(found, PageSummary):
            yield found
            continue
        counted = found if mark is None else mark.refused(found)  # it was read, so that each document is counted
        last = max(found.position, last + 1)
        yield counted if counted.position == last else replace(counted, position=last)


def _read(chunks: Iterator[bytes], form: Form, *, lines_by_name: bool) -> Iterator[Found]:
    for split in split_file(chunks, form, lines_by_name=lines_by_name):
        if isinstance(split, SplitText):
            yield from _read_text(split, form)
        else:
            yield split


def _read_text(split: SplitText, form: Form) -> Iterator[Found]:
    text, layout, around = split.text, split.layout, split.around
    if text.fault is not None or text.is_too_large:
        yield _unreadable(text, form.recognition, text.fault or TOO_LARGE, split.detail)
        return
    try:
        delivered = parse_delivered(without_comma(text.text) if layout is Layout.LINES else text.text)
    except UnreadableError as error:
        parts = parts_of(text, layout) if error.reason == NOT_JSON else []
        if not parts:
            yield _unreadable(text, form.recognition, error.reason, error.detail)
        for part in parts:
            yield from _read_text(SplitText(part, around=around), form)
        return
    yield from _read_value(text, delivered, form, layout, around)


def _read_value(
    text: DocumentText,
    delivered: Delivered,
    form: Form,
    layout: Layout,
    around: tuple[str, ...],
) -> Iterator[Found]:
    value = delivered.value
    found = page_of(form, value, layout)
    documents = found.documents if found is not None else []
    repeated = repeated_field(value, documents) if delivered.has_repeats else None
    if repeated is not None:
        yield _unreadable(text, form.recognition, REPEATED_FIELD, without_contacts(repeated))
    elif found is not None:
        claim = claim_of(value) if isinstance(value, dict) and found.name != KEYED_PAGE else None
        nothing = () if documents else (*around, f"{found.name}, without documents")
        if nothing or claim is not None:
            yield PageSummary(text.position, claim, nothing)
        for number, document in enumerate(documents):
            repeated = repeated_field(document) if delivered.has_repeats else None
            if isinstance(document, dict) and id(document) in found.versions:
                yield unreadable(form, text.position + number, document, SHARED_ID, "")
            else:
                yield _read_element(form, text.position + number, document, (*around, found.name), repeated)
    elif isinstance(value, dict):
        yield translate(form, text.position, value, around)
    else:
        yield _unreadable(text, form.recognition, NOT_AN_OBJECT, json_type(value))


def _read_element(
    form: Form, position: int, document: Any, around: tuple[str, ...], repeated: str | None
) -> ParsedDocument | UnreadableDocument:
    """A document of a page."""
    if isinstance(document, dict) and repeated is not None:
        return unreadable(form, position, document, REPEATED_FIELD, repeated)
    if isinstance(document, dict):
        return translate(form, position, document, around)
    return UnreadableDocument(position, NOT_AN_OBJECT, b"", 0, json_type(document))


def page_of(form: Form, value: Any, layout: Layout) -> Page | None:
    """The documents of a page, whatever it is: an object around a list, or a list.

    Args:
        form: How documents of its kind are read.
        value: A JSON value.
        layout: The layout of its file.

    Returns:
        The page with its documents, the same objects; None if the value is not a page.
    """
    found = page(form.recognition, value) if isinstance(value, dict) else None
    if found is None and isinstance(value, list) and (value or layout is Layout.LINES):
        found = Page(LIST_PAGE, value) if not value or any(isinstance(element, dict) for element in value) else None
    return found


def parts_of(text: DocumentText, layout: Layout) -> list[DocumentText]:
    """The documents in a text that is not a document itself: several on a line, or several of which one is not closed.

    Args:
        text: A text that does not parse as a whole.
        layout: The layout of its file.

    Returns:
        Their texts in order; none if it cannot be divided.
    """
    if layout is Layout.LINES:
        parts = [part.text for part in sequence([text.text])]
        is_divided = len(parts) > 1 and all(map(_is_object, parts))
    elif layout is Layout.SEQUENCE:
        first, *others = text.text.split(b"\n{")
        parts = [first, *(b"{" + other for other in others)]
        is_divided = len(parts) > 1 and any(map(_is_object, parts))
    else:
        is_divided = False
    return [DocumentText(text.position, part, len(part)) for part in parts] if is_divided else []


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(parse_value(text.strip(BLANK + b",")), dict)
    except UnreadableError:
        return False


def _unreadable(text: DocumentText, recognition: Recognition, reason: str, detail: str = "") -> UnreadableDocument:
    estimate = estimated_documents(text.text, text.size, recognition.id_fields)
    return UnreadableDocument(text.position, reason, text.text[:KEPT_BYTES], text.size, detail, estimate)
