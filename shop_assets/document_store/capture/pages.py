"""Reading a whole collection by pages of ids, so that no server has to hold it.

SecantusDB reads all that a query matches into its memory before it answers; a page costs it the page alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

PAGE_SIZE: Final = 2000
"""Documents that are read together at most."""

PAGE_BYTES: Final = 4 * 1024 * 1024
"""What a page should have at most, by the documents of the page before it. Two pages are in memory."""

FIRST_PAGE: Final = 100
"""Documents of the first page, when nothing is known about their size."""


def pages(
    collection: Collection[Any],
    session: ClientSession | None = None,
    fields: Mapping[str, int] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Iterator[list[Any]]:
    """Read the documents of a collection in the order of their ids; the next page is read while one is used.

    Args:
        collection: The collection. If it has the class `RawBSONDocument`, a page has no more than about `PAGE_BYTES`.
        session: The session to read in; nobody else may use it meanwhile.
        fields: The projection; all fields by default.
        after: Where to begin: after the document with this `_id`. By default with the first one.

    Yields:
        Pages, none of them empty.
    """
    size = FIRST_PAGE if fields is None else PAGE_SIZE
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(_page, collection, session, fields, after, size)
        while page := coming.result():
            size = _next_size(page)
            coming = ahead.submit(_page, collection, session, fields, page[-1], size)
            yield page


def with_prefix(collection: Collection[Any], prefix: str) -> Iterator[Any]:
    """Read the documents whose `_id` is a text that begins with a prefix, and has more than it, by pages.

    Args:
        collection: A collection whose ids are texts made of parts.
        prefix: The beginning of the ids, with its separator.

    Yields:
        The documents in the order of their ids.
    """
    for page in pages(collection, after={"_id": prefix}):
        for document in page:
            name = document["_id"]
            if not isinstance(name, str) or not name.startswith(prefix):
                return
            yield document


def _next_size(page: Sequence[Mapping[str, Any]]) -> int:
    held = sum(len(document.raw) for document in page if isinstance(document, RawBSONDocument))
    return max(1, min(PAGE_SIZE, PAGE_BYTES * len(page) // held)) if held else PAGE_SIZE


def _page(
    collection: Collection[Any],
    session: ClientSession | None,
    fields: Mapping[str, int] | None,
    last: Mapping[str, Any] | None,
    size: int,
) -> list[Any]:
    """The page after a document, or the first one.

    It begins by `min`, which orders ids of all types, and not by a filter, which compares those of one type alone; so
    the document itself comes again, as the first one. Only that one is looked into: a raw document is decoded for it.
    """
    if last is None:
        return list(collection.find({}, fields, session=session).sort("_id").limit(size).batch_size(size))
    cursor = collection.find({}, fields, session=session).sort("_id").limit(size + 1).batch_size(size + 1)
    cursor.min([("_id", last["_id"])]).hint([("_id", 1)])
    found = list(cursor)
    return found[1:] if found and found[0]["_id"] == last["_id"] else found
