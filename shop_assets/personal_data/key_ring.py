"""New keys for personal data.

Here belongs the key ring as text; where it is kept is the business of whoever keeps it. Old keys stay in the ring: they
decrypt what was encrypted with them. After a rotation the next publication sends every document with personal data
anew: equal values are equal again.
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
    """The keys of `SHOP_PII_KEYS`, `id:base64[,id:base64…]`, in their order; the first one encrypts, all decrypt.

    Raises ValueError without quoting any key: an id that is not 1–16 of `a-z0-9`, a repeated id, or a key that is not
    32, 48 or 64 bytes (AES-SIV, RFC 5297 section 6).
    """
    keys: dict[str, bytes] = {}
    for position, entry in enumerate(text.split(","), start=1):
        key_id, separator, encoded = entry.strip().partition(":")
        if not separator or not re.fullmatch(r"[a-z0-9]{1,16}", key_id):
            message = f"key {position} must be written id:base64, its id 1 to 16 of a-z and 0-9"
            raise ValueError(message)
        if key_id in keys:
            message = f"key id {key_id!r} is given twice"
            raise ValueError(message)
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            message = f"key {key_id!r} is not base64"
            raise ValueError(message) from None
        if len(key) not in (32, 48, 64):
            message = f"key {key_id!r} has {len(key)} bytes; AES-SIV takes 32, 48 or 64"
            raise ValueError(message)
        keys[key_id] = key
    return keys


def rotated(key_ring: str) -> str:
    """The ring with a new key in front, which encrypts from now on. Raises ValueError when the ring is not one."""
    known = parse_key_ring(key_ring)
    key_id = next(f"k{number}" for number in itertools.count(len(known) + 1) if f"k{number}" not in known)
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},{key_ring}"
