"""New keys for personal data.

Here belongs the key ring as text and as a file. Old keys stay in the ring: they decrypt what was encrypted with them.
After a rotation the next publication sends every document with personal data anew: equal values are equal again.
"""

import base64
import itertools
import os
import secrets
from pathlib import Path
from typing import Final

from shop_assets.settings import parse_key_ring

KEY_BYTES: Final = 64
"""AES-SIV's largest: two keys of AES-256."""


def new_key_ring() -> str:
    """A ring of one new key, as `SHOP_PII_KEYS` takes it."""
    return _entry("k1")


def rotated(key_ring: str) -> str:
    """The ring with a new key in front, which encrypts from now on. Raises ValueError when the ring is not one."""
    known = parse_key_ring(key_ring)
    key_id = next(f"k{number}" for number in itertools.count(len(known) + 1) if f"k{number}" not in known)
    return f"{_entry(key_id)},{key_ring}"


def rotate_key_ring_file(path: Path) -> str:
    """Puts a new key into a file that holds a ring and nothing else; gives the new key's id.

    The file is replaced whole, and only its owner can read it. Raises OSError, ValueError.
    """
    ring = rotated(path.read_text("utf-8").strip())
    aside = path.with_name(f"{path.name}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(ring)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    return ring.partition(":")[0]


def _entry(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
