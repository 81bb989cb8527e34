"""What the name of a file says of it: whether it is read, is packed, and has a document on each line."""

import re
from typing import Final

_NAME: Final = re.compile(r"\.(?P<type>json|jsonl|ndjson)(?P<archive>\.gz)?\Z", re.IGNORECASE)


def has_known_type(name: str) -> bool:
    """Whether a file of this name is read.

    Args:
        name: The file's name or path.

    Returns:
        True for `.json`, `.jsonl` and `.ndjson`, also with `.gz`.
    """
    return _NAME.search(name) is not None


def is_archive(name: str) -> bool:
    """Whether a file of this name is packed by gzip.

    Args:
        name: The file's name or path.

    Returns:
        True for `.json.gz` and the like.
    """
    found = _NAME.search(name)
    return found is not None and found["archive"] is not None


def is_lines_by_name(name: str) -> bool:
    """Whether a file's name says JSON Lines.

    Args:
        name: The file's name or path.

    Returns:
        True for `.jsonl` and `.ndjson`, also with `.gz`.
    """
    found = _NAME.search(name)
    return found is not None and found["type"].lower() != "json"


def without_type(name: str) -> str:
    """A file's name without the ending that says whether it is read.

    Args:
        name: The file's name.

    Returns:
        For example `customers` of `customers.jsonl.gz`.
    """
    return _NAME.sub("", name)
