"""The key ring of personal data as text, and its rotation; callers decide where it is kept.

Old keys stay in the ring: they decrypt what was encrypted with them. After a rotation the next run sends every document
with personal data again, so that equal values are equal again.
"""

import base64
import binascii
import itertools
import re
import secrets
from typing import Final

KEY_BYTES: Final = 64
"""AES-SIV's largest: two keys of AES-256."""


def parse_key_ring(text: str) -> dict[str, bytes]:
    """Parse the value of `SHOP_PII_KEYS`.

    Args:
        text: `id:base64[,id:base64…]`; ids are 1 to 16 of `a-z0-9`, keys are 32, 48 or 64 bytes (AES-SIV, RFC 5297,
            section 6).

    Returns:
        The keys by id, in their order: the first encrypts, all decrypt.

    Raises:
        ValueError: An entry is malformed or an id is repeated; the message quotes no key.
    """
    keys: dict[str, bytes] = {}
    for position, entry in enumerate(text.split(","), start=1):
        key_id, separator, encoded = entry.strip().partition(":")
        if not separator or not re.fullmatch(r"[a-z0-9]{1,16}", key_id):
            message = f"key {position} must be written id:base64, its id 1 to 16 of a-z and 0-9"
            raise ValueError(message)
        if key_id in keys:
            message = f"key id {key_id!r} occurs twice"
            raise ValueError(message)
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            message = f"key {key_id!r} is not base64"
            raise ValueError(message) from None
        if len(key) not in (32, 48, 64):
            message = f"key {key_id!r} has {len(key)} bytes; AES-SIV accepts 32, 48 or 64"
            raise ValueError(message)
        keys[key_id] = key
    return keys


def rotated(key_ring: str) -> str:
    """Put a new key in front of a ring; from then on it encrypts.

    Args:
        key_ring: The ring as text.

    Returns:
        The new ring as text.

    Raises:
        ValueError: The text is not a key ring.
    """
    known = parse_key_ring(key_ring)
    key_id = next(f"k{number}" for number in itertools.count(len(known) + 1) if f"k{number}" not in known)
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},{key_ring}"
