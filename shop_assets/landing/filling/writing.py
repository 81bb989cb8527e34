"""Writing to landing only what is not there already: equal bytes are never sent twice.

An object with the predicted ETag is unchanged. Stores whose ETags are not MD5 (encryption with KMS keys) gain nothing:
the object is written again, and later stages see that its documents did not change.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from shop_assets.object_store.bucket import PART_BYTES, Bucket, ObjectSummary

_CHUNK = 1024 * 1024


@dataclass
class WriteCounts:
    """What happened to the objects: `objects` and `bytes` were written, `unchanged` were there already."""

    objects: int = 0
    bytes: int = 0
    unchanged: int = 0


def write_unless_equal(
    bucket: Bucket,
    key: str,
    content: bytes | IO[bytes],
    content_type: str,
    counts: WriteCounts,
    *,
    present: ObjectSummary | None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write the object unless `present`, which its key has, has the same bytes, and count it.

    A file is read from its beginning.
    """
    size, etag = entity_tag(content)
    if present is not None and (present.size, present.etag) == (size, etag):
        counts.unchanged += 1
        return
    bucket.put(key, content, content_type, metadata)
    counts.objects += 1
    counts.bytes += size


def entity_tag(content: bytes | IO[bytes]) -> tuple[int, str]:
    """The size, and the ETag that S3 gives to this content when `Bucket.put` sends it.

    That is the MD5 of the body of one request, or the MD5 of the MD5s of the parts and their number.

    Args:
        content: The bytes, or a file, which is left at its start.

    Returns:
        The size in bytes, and the ETag.
    """
    if isinstance(content, bytes):
        return len(content), _md5(content).hexdigest()
    parts: list[bytes] = []
    size = 0
    while part_size := _add_part(content, parts):
        size += part_size
    content.seek(0)
    if len(parts) > 1:
        return size, f"{_md5(b''.join(parts)).hexdigest()}-{len(parts)}"
    return size, parts[0].hex() if parts else _md5(b"").hexdigest()


def _add_part(content: IO[bytes], parts: list[bytes]) -> int:
    digest = _md5(b"")
    size = 0
    while size < PART_BYTES and (chunk := content.read(min(_CHUNK, PART_BYTES - size))):
        digest.update(chunk)
        size += len(chunk)
    if size:
        parts.append(digest.digest())
    return size


def _md5(content: bytes) -> "hashlib._Hash":
    return hashlib.md5(content, usedforsecurity=False)
