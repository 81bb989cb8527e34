"""New keys for personal data.

Here belongs the key ring as text; where it is kept is the business of whoever keeps it. Old keys stay in the ring: they
decrypt what was encrypted with them. After a rotation the next publication sends every document with personal data
anew: equal values are equal again.
"""

import base64
import itertools
import secrets
from typing import Final

from shop_assets.settings import parse_key_ring

KEY_BYTES: Final = 64
"""AES-SIV's largest: two keys of AES-256."""


def rotated(key_ring: str) -> str:
    """The ring with a new key in front, which encrypts from now on. Raises ValueError when the ring is not one."""
    known = parse_key_ring(key_ring)
    key_id = next(f"k{number}" for number in itertools.count(len(known) + 1) if f"k{number}" not in known)
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},{key_ring}"
