"""How many ids one query holds."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

IDS_PER_QUERY: Final = 50
"""SecantusDB compares each document that it finds with every id of an `$in`: 1,000 ids cost 0.08 s in twenty queries
and 0.7 s in one. It makes no difference to MongoDB."""


def chunks(ids: Iterable[str], size: int = IDS_PER_QUERY) -> Iterator[list[str]]:
    """Split ids into lists that one query may hold.

    Args:
        ids: Ids, or the names of what is looked up.
        size: How many a query may hold; by default, one to MongoDB.

    Yields:
        Lists of up to `size` ids, in their order.
    """
    remaining = iter(ids)
    while chunk := list(itertools.islice(remaining, size)):
        yield chunk
