"""Splitting what is too much for one query, request or block."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Split items into lists; no more than one list is read ahead.

    Args:
        items: The items.
        size: How many a list may have.

    Yields:
        Lists of up to `size` items, in their order.
    """
    remaining = iter(items)
    while chunk := list(itertools.islice(remaining, size)):
        yield chunk
