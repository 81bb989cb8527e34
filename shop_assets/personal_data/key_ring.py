"""The key ring of personal data as text, and its rotation; callers decide where it is kept.

Old keys stay in the ring: they decrypt what was encrypted with them. After a rotation the next run sends every document
with personal data again, so that equal values are equal again.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from shop_assets.language.counts import counted

KEY_BYTES: Final = 64
"""Of the key that encrypts: two keys of AES-256, the size that Tink takes."""

OLDER_KEY_BYTES: Final = (32, 48)
"""Of keys that earlier releases encrypted with too (RFC 5297, section 6); they decrypt."""

SMALLEST_VARIETY: Final = 0.6
"""The smallest share of different values among a key's bytes: 0.88 in the mean of random keys of 64 bytes, and less in
words, in hex digits and in patterns."""


def parse_key_ring(text: str, *, encrypts: bool = True) -> dict[str, bytes]:
    """Parse the value of `SHOP_PII_KEYS`.

    Args:
        text: `id:base64[,id:base64…]`; ids are 1 to 16 of `a-z0-9`. The first key has 64 bytes, others 32, 48 or 64.
        encrypts: Whether the first key is to encrypt; if not, it may be short, as that of an older release.

    Returns:
        The keys by id, in their order: the first encrypts, all decrypt.

    Raises:
        ValueError: An entry is malformed, an id is repeated, or a key is too short or weak; the message quotes no key.
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
        except ValueError:
            message = f"key {key_id!r} is not base64"
            raise ValueError(message) from None
        if len(key) != KEY_BYTES and ((encrypts and position == 1) or len(key) not in OLDER_KEY_BYTES):
            message = (
                f"key {key_id!r} has {counted(len(key), 'byte')}; the first key, which encrypts, must have "
                f"{KEY_BYTES}, and the others {', '.join(map(str, OLDER_KEY_BYTES))} or {KEY_BYTES}: put a new key in "
                f"front (openssl rand -base64 {KEY_BYTES})"
            )
            raise ValueError(message)
        if len(set(key)) < SMALLEST_VARIETY * len(key):
            message = (
                f"key {key_id!r} is weak: it repeats its bytes. Make a random one: openssl rand -base64 {KEY_BYTES}"
            )
            raise ValueError(message)
        if key in keys.values():
            message = f"key {key_id!r} is the same as another one of the ring"
            raise ValueError(message)
        keys[key_id] = key
    return keys


def without(key_ring: str, key_id: str) -> str:
    """Remove a key from a ring.

    Args:
        key_ring: The ring as text.
        key_id: The key; not the first one, which encrypts.

    Returns:
        The ring without it.

    Raises:
        ValueError: The ring does not have the key, or it is the first one.
    """
    first, *others = parse_key_ring(key_ring)
    if key_id == first:
        message = f"key {key_id} encrypts: `shop pii rotate` puts another one in front"
        raise ValueError(message)
    if key_id not in others:
        message = f"the key ring has no key {key_id!r}"
        raise ValueError(message)
    return ",".join(entry for entry in map(str.strip, key_ring.split(",")) if entry.partition(":")[0] != key_id)


def with_imported(key_ring: str, older: str) -> str:
    """Add the keys of an older ring, which decrypt from then on.

    Args:
        key_ring: The ring as text.
        older: The older ring as text; its first key may be a short one.

    Returns:
        The ring, with the keys that it did not have at its end.

    Raises:
        ValueError: One of the texts is no key ring, or the two have different keys of one id.
    """
    known, wanted = parse_key_ring(key_ring), parse_key_ring(older.strip(), encrypts=False)
    for key_id, key in wanted.items():
        if known.get(key_id, key) != key:
            message = f"both rings have a key {key_id!r}, and they differ: their texts could not be told apart"
            raise ValueError(message)
    new = [entry.strip() for entry in older.strip().split(",") if entry.strip().partition(":")[0] not in known]
    ring = ",".join([key_ring, *new])
    parse_key_ring(ring)
    return ring


def fingerprint(key: bytes) -> str:
    """What shows that a key is the same as before, and nothing of the key.

    Args:
        key: The bytes of the key.

    Returns:
        16 hex digits of an HMAC.
    """
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]


def rotated(key_ring: str, now: datetime) -> str:
    """Put a new key in front of a ring; from then on it encrypts.

    Args:
        key_ring: The ring as text.
        now: The time of the rotation, which the new key's id shows: `k20261129050530`. So an id never comes again, even
            if keys were removed from the ring.

    Returns:
        The new ring as text.

    Raises:
        ValueError: The text is not a key ring.
    """
    known = parse_key_ring(key_ring, encrypts=False)
    while (key_id := f"k{now.astimezone(UTC):%Y%m%d%H%M%S}") in known:
        now += timedelta(seconds=1)
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},{key_ring}"
