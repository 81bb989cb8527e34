"""Digests by which two services compare documents: Python and ClickHouse compute the same ones.

A digest is the first eight bytes of an MD5, which ClickHouse has as `halfMD5`. It shows what was lost or mixed up, not
what somebody forged: whoever can write to a topic has easier ways.
"""

import hashlib
from typing import Final

HASH_BITS: Final = 64


def key_of(document_id: str) -> bytes:
    """The message's key of an id. An id that was a foreign message's key may stand for bytes that are not UTF-8.

    Args:
        document_id: The id as it is sent: the natural id, or the ciphertext of one that is personal data.

    Returns:
        The key.
    """
    return document_id.encode("utf-8", "surrogateescape")


def message_digest(key: bytes, value: bytes) -> int:
    """The digest of a message that is not a tombstone; RAW has it in its column `digest`.

    Args:
        key: The message's key. It counts, so that two documents whose values were swapped have other digests.
        value: The message's value.

    Returns:
        A number of 64 bits.
    """
    return _half_md5(key + b"\0" + value)


def id_hash(document_id: str) -> int:
    """The number by which ids are spread evenly.

    Args:
        document_id: The id as it is sent.

    Returns:
        A number of 64 bits.
    """
    return _half_md5(key_of(document_id))


def _half_md5(content: bytes) -> int:
    return int.from_bytes(hashlib.md5(content, usedforsecurity=False).digest()[:8], "big")
