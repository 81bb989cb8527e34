"""Reading a whole collection by pages of ids, so that no server has to hold it.

SecantusDB reads all that a query matches into its memory before it answers; a page costs it the page alone.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.collection import Collection

Document = dict[str, Any]

PAGE_SIZE: Final = 2000
"""Documents that are read together: a few megabytes."""


def pages(
    collection: Collection[Document], session: ClientSession | None = None, fields: Mapping[str, int] | None = None
) -> Iterator[list[Document]]:
    """Read the documents of a collection in the order of their ids; the next page is read while one is used.

    Args:
        collection: The collection.
        session: The session to read in; nobody else may use it meanwhile.
        fields: The projection; all fields by default.

    Yields:
        Pages, none of them empty.
    """
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(_page, collection, session, fields, None)
        while page := coming.result():
            coming = ahead.submit(_page, collection, session, fields, page[-1])
            yield page


def _page(
    collection: Collection[Document],
    session: ClientSession | None,
    fields: Mapping[str, int] | None,
    last: Document | None,
) -> list[Document]:
    """The page after a document, or the first one.

    It begins by `min`, which orders ids of all types, and not by a filter, which compares those of one type alone.
    """
    cursor = collection.find({}, fields, session=session).sort("_id").limit(PAGE_SIZE).batch_size(PAGE_SIZE)
    if last is None:
        return list(cursor)
    cursor.min([("_id", last["_id"])]).hint([("_id", 1)])
    return [document for document in cursor if document["_id"] != last["_id"]]
