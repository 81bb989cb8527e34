"""How many ids one question to MongoDB holds."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

IDS_A_QUERY: Final = 50
"""SecantusDB compares each document that it finds with every id of an `$in`: 1,000 ids cost 0.08 s in twenty queries
and 0.7 s in one. MongoDB does not mind either."""


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids in lists of `IDS_A_QUERY`."""
    remaining = iter(ids)
    while chunk := list(itertools.islice(remaining, IDS_A_QUERY)):
        yield chunk
