"""The sent index: which document each id's newest message holds, as a digest. It is one end of the comparison of
MongoDB with MART.

It says what was sent, and so survives a topic: a document that is deleted while its topic is re-created is known here,
and the comparison finds what RAW lost. It lies in MongoDB beside the checkpoints: a MongoDB that was restored to an
older copy has the index of that copy, which differs from RAW as its documents do.

What is sent is recorded in a journal after its acknowledgement and before the checkpoint advances, and settled into the
buckets when a capture ends: a bucket holds hundreds of ids, and changing it once for many changes is cheap. A run that
is killed in between leaves the journal; settling it again gives the same buckets.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store.capture.pages import with_prefix
from shop_assets.document_store.collection_setup import IDS_PER_QUERY, SENT_CHANGES, SENT_DOCUMENTS, SENT_TOTALS
from shop_assets.document_store.writing import write_all
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import Document
from shop_assets.topics.sent_buckets import (
    BUCKET_SIZE,
    Bucket,
    SentDocuments,
    Totals,
    bucket_bits,
    load_bucket,
    packed,
    packed_ids,
    stored_bucket,
    unpacked_ids,
    without_tombstones,
)
from shop_assets.topics.sent_spool import SentSpool

SETTLED_AT: Final = 50_000
"""Changes in the journal that are settled at the latest: they are in memory together, some 10 MB."""

LARGEST_BUCKETS: Final = 4 * BUCKET_SIZE
"""When buckets have more documents than this on average, the index is written again with more buckets."""

BUCKETS_PER_WRITE: Final = 100
"""Some two megabytes."""


class SentIndex:
    """The sent index of one topic. One run at a time may change it."""

    def __init__(self, database: Database[Document], topic: str, writer: Writer) -> None:
        self.topic = topic
        self._buckets = database[SENT_DOCUMENTS]
        self._journal = database[SENT_CHANGES]
        self._totals = database[SENT_TOTALS]
        self._writer = writer
        self._unsettled = 0
        self._next_entry: int | None = None

    def totals(self) -> Totals | None:
        """The totals of the settled index.

        Returns:
            The totals; None when nothing was ever sent to the topic, or only by a release without this index.
        """
        found = self._totals.find_one({"_id": self.topic})
        return None if found is None else Totals.load(found)

    def record(self, sent: SentDocuments) -> None:
        """Record acknowledged messages.

        Args:
            sent: Digests of the newest messages by id.
        """
        if not sent:
            return
        if self._next_entry is None:
            self._next_entry = max(self._entry_numbers(), default=-1) + 1
        living = without_tombstones(sent)
        entry = {"_id": f"{self.topic}/{self._next_entry}", "topic": self.topic, "number": self._next_entry}
        entry |= stored_bucket(living) | {"deleted": packed_ids(sent.keys() - living.keys())}
        self._writer.transact(lambda session: self._journal.insert_one(entry, session=session))
        self._next_entry += 1
        self._unsettled += len(sent)
        if self._unsettled >= SETTLED_AT:
            self.settle()

    def settle(self) -> None:
        """Bring the journal's changes into the buckets and their totals."""
        entries = sorted(with_prefix(self._journal, f"{self.topic}/"), key=lambda entry: int(entry["number"]))
        totals = self.totals()
        if totals is not None and entries:
            changes: dict[str, int | None] = {}
            for entry in entries:
                changes |= load_bucket(entry) | dict.fromkeys(unpacked_ids(entry["deleted"]))
            self._change_buckets(totals, changes)
        if entries:
            self._writer.transact(lambda session: self._journal.delete_many({"topic": self.topic}, session=session))
        self._unsettled = 0
        if totals is not None and totals.documents > LARGEST_BUCKETS * len(totals.counts):
            self._split_buckets(totals)

    def buckets(self, totals: Totals, numbers: Iterable[int]) -> Iterator[tuple[int, Bucket]]:
        """Read buckets.

        Args:
            totals: The totals that name them.
            numbers: Their numbers, which count from 0.

        Yields:
            Each number with its bucket, which may be empty.
        """
        names = {self._bucket_id(totals.generation, number): number for number in numbers}
        for chunk in chunks(names, IDS_PER_QUERY):
            found = {stored["_id"]: load_bucket(stored) for stored in self._buckets.find({"_id": {"$in": chunk}})}
            yield from ((names[name], found.get(name, {})) for name in chunk)

    def digests(self, ids: Iterable[str]) -> Bucket:
        """Look up documents.

        Args:
            ids: The ids under which they were sent.

        Returns:
            The digests of those that the index has.
        """
        wanted: defaultdict[int, set[str]] = defaultdict(set)
        found: Bucket = {}
        if (totals := self.totals()) is not None:
            for document_id in ids:
                wanted[totals.bucket_number(document_id)].add(document_id)
            for number, bucket in self.buckets(totals, wanted):
                found |= {document_id: bucket[document_id] for document_id in wanted[number] & bucket.keys()}
        return found

    def missing_from(self, spool: SentSpool) -> Iterator[str]:
        """Find the documents that this index has and a new one has not.

        Args:
            spool: The documents of the new one.

        Yields:
            Their ids.
        """
        totals = self.totals()
        if totals is None:
            return
        spool.sort()
        for number, bucket in self.buckets(totals, range(len(totals.counts))):
            if bucket:
                yield from bucket.keys() - spool.ids(totals.bits, number)

    def write(self, spool: SentSpool) -> None:
        """Replace the index. Readers see the old one until the new one is complete.

        Args:
            spool: All documents of the new one.
        """
        for document_id, digest in self.digests(spool.kept()).items():
            spool.put(document_id, digest)
        spool.sort()
        size = 1 << bucket_bits(spool.count())
        totals = Totals(uuid.uuid4().hex, [0] * size, [0] * size)
        batch: list[dict[str, Any]] = []
        for number, bucket in spool.buckets(totals.bits):
            totals.set_bucket(number, bucket)
            batch.append(self._stored(totals, number, bucket))
            if len(batch) >= BUCKETS_PER_WRITE:
                self._insert(batch)
        self._insert(batch)
        self._writer.transact(lambda session: self._replace_index(totals, session))

    def mark_equal(self, totals: Totals, fingerprint: str) -> None:
        """Remember the state of RAW that has the documents of these totals; the next change forgets it.

        Args:
            totals: The totals that were compared.
            fingerprint: Of the RAW table.
        """
        same = {"_id": self.topic, "checksums": packed(totals.checksums), "generation": totals.generation}
        self._writer.transact(
            lambda session: self._totals.update_one(same, {"$set": {"equal_to": fingerprint}}, session=session)
        )

    def _replace_index(self, totals: Totals, session: ClientSession) -> None:
        self._totals.replace_one({"_id": self.topic}, totals.stored(), upsert=True, session=session)
        # Those of the old index, and what killed runs left.
        obsolete = {"topic": self.topic, "generation": {"$ne": totals.generation}}
        self._buckets.delete_many(obsolete, session=session)

    def _split_buckets(self, totals: Totals) -> None:
        with SentSpool() as spool:
            for _, bucket in self.buckets(totals, range(len(totals.counts))):
                for document_id, digest in bucket.items():
                    spool.put(document_id, digest)
            self.write(spool)

    def _change_buckets(self, totals: Totals, changes: SentDocuments) -> None:
        changed: defaultdict[int, dict[str, int | None]] = defaultdict(dict)
        for document_id, digest in changes.items():
            changed[totals.bucket_number(document_id)][document_id] = digest
        writes: list[ReplaceOne[dict[str, Any]]] = []
        for number, bucket in self.buckets(totals, changed):
            merged = bucket | changed[number]
            living = without_tombstones(merged)
            totals.set_bucket(number, living)
            stored = self._stored(totals, number, living)
            writes.append(ReplaceOne({"_id": stored["_id"]}, stored, upsert=True))
            if len(writes) >= BUCKETS_PER_WRITE:
                self._replace(writes)
        self._replace(writes)
        totals.equal_to = None
        self._writer.transact(
            lambda session: self._totals.replace_one({"_id": self.topic}, totals.stored(), session=session)
        )

    def _stored(self, totals: Totals, number: int, bucket: Bucket) -> dict[str, Any]:
        name = self._bucket_id(totals.generation, number)
        return {"_id": name, "topic": self.topic, "generation": totals.generation, **stored_bucket(bucket)}

    def _insert(self, batch: list[dict[str, Any]]) -> None:
        if batch:
            self._writer.transact(lambda session: self._buckets.insert_many(batch, session=session))
            batch.clear()

    def _replace(self, writes: "list[ReplaceOne[dict[str, Any]]]") -> None:
        self._writer.transact(lambda session: write_all(self._buckets, writes, ordered=False, session=session))
        writes.clear()

    def _entry_numbers(self) -> Iterator[int]:
        return (int(entry["number"]) for entry in with_prefix(self._journal, f"{self.topic}/"))

    def _bucket_id(self, generation: str, number: int) -> str:
        return f"{self.topic}/{generation}/{number}"
