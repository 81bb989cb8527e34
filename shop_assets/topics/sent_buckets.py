"""The form in which the sent index is stored: buckets of ids and digests, and the totals of all buckets of a topic.

A bucket holds the ids whose hash begins with its number. Numbers are packed into binary values: MongoDB would store
each entry of an array under a name of its own.
"""

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson.binary import Binary

from shop_assets.topics.digests import HASH_BITS, id_hash

DIGEST_RANGE: Final = 1 << 64
BUCKET_SIZE: Final = 500
"""Documents of a bucket when an index is written: some 15 KB, which MongoDB reads and writes in a millisecond. Smaller
buckets cost more requests, larger ones more bytes for one changed document."""

Bucket = dict[str, int]
"""Digests by id."""


SentDocuments = Mapping[str, int | None]
"""Digests of the newest messages by id; None for a tombstone, and for a document that was rejected."""


def without_tombstones(sent: SentDocuments) -> Bucket:
    """What was sent and has a digest.

    Args:
        sent: Digests by id.

    Returns:
        Those that are not None.
    """
    return {document_id: digest for document_id, digest in sent.items() if digest is not None}


def bucket_bits(documents: int) -> int:
    """How many leading bits of an id's hash number its bucket.

    Args:
        documents: How many documents there are.

    Returns:
        The smallest number with which buckets have at most `BUCKET_SIZE` documents on average; at least 1.
    """
    return max(1, (max(0, documents - 1) // BUCKET_SIZE).bit_length())


def checksum(bucket: Mapping[str, int]) -> int:
    """The sum of a bucket's digests: independent of their order, and what ClickHouse's `sum` gives.

    Args:
        bucket: Digests by the ids that were sent.

    Returns:
        A number of 64 bits.
    """
    return sum(bucket.values()) % DIGEST_RANGE


@dataclass
class Totals:
    """The number of documents and the checksum of every bucket of a topic.

    Attributes:
        generation: Names the buckets that belong to these totals.
        counts: Documents by bucket.
        checksums: Checksums by bucket.
        equal_to: The fingerprint of the RAW table that had the same documents.
    """

    generation: str
    counts: list[int]
    checksums: list[int]
    equal_to: str | None = None

    @property
    def bits(self) -> int:
        """How many leading bits of an id's hash number its bucket."""
        return (len(self.counts) - 1).bit_length()

    @property
    def documents(self) -> int:
        """How many documents the index has."""
        return sum(self.counts)

    def bucket_number(self, document_id: str) -> int:
        """Find the bucket of an id.

        Args:
            document_id: The id as it was sent.

        Returns:
            Its number.
        """
        return id_hash(document_id) >> (HASH_BITS - self.bits)

    def set_bucket(self, number: int, bucket: Mapping[str, int]) -> None:
        """Take over a bucket's count and checksum.

        Args:
            number: The bucket's number.
            bucket: The whole bucket.
        """
        self.counts[number] = len(bucket)
        self.checksums[number] = checksum(bucket)

    def stored(self) -> dict[str, Any]:
        """Convert the totals for MongoDB.

        Returns:
            The fields of a document.
        """
        return {
            "generation": self.generation,
            "counts": packed(self.counts),
            "checksums": packed(self.checksums),
            "equal_to": self.equal_to,
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Totals":
        """Convert a document of MongoDB back.

        Args:
            stored: Its fields.

        Returns:
            The totals.
        """
        counts, checksums = unpacked(stored["counts"]), unpacked(stored["checksums"])
        return cls(stored["generation"], counts, checksums, stored["equal_to"])


def stored_bucket(bucket: Mapping[str, int]) -> dict[str, Any]:
    """A bucket as fields of a MongoDB document."""
    return {"ids": packed_ids(bucket), "digests": packed(bucket.values())}


def load_bucket(stored: Mapping[str, Any]) -> Bucket:
    """A bucket from the fields of a MongoDB document."""
    return dict(zip(unpacked_ids(stored["ids"]), unpacked(stored["digests"]), strict=True))


def packed(numbers: Iterable[int]) -> Binary:
    """Numbers of 64 bits in eight bytes each."""
    values = list(numbers)
    return Binary(struct.pack(f"<{len(values)}Q", *values))


def unpacked(content: bytes) -> list[int]:
    """The numbers that `packed` was given."""
    return list(struct.unpack(f"<{len(content) // 8}Q", content))


def packed_ids(ids: Iterable[str]) -> Binary:
    """Ids as one value; an id may have any characters."""
    return Binary(json.dumps(list(ids)).encode())


def unpacked_ids(content: bytes) -> list[str]:
    """The ids that `packed_ids` was given."""
    ids: list[str] = json.loads(content)
    return ids
