"""Repairs what the comparison of MongoDB with RAW finds: what MongoDB holds is sent again, and ingested.

Messages may be lost, topics deleted, and each service restored to an older state; whatever it was, the documents that
differ are published as MongoDB has them now, or as tombstones, and nothing else is. Each message is newer than the
newest that RAW has of its document.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Final

from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.coordination.writers import Writer
from shop_assets.document_store import rejects
from shop_assets.documents.chunks import chunks
from shop_assets.documents.json_text import is_utf8
from shop_assets.documents.kinds import KINDS, Document, DocumentKind
from shop_assets.topics.administration import Watermarks
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource, capture_changes, sent_indexes
from shop_assets.topics.digests import key_of
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.comparison.document_comparison import Difference, differences, lost_messages
from shop_assets.warehouse.comparison.seen_keys import SeenKeys
from shop_assets.warehouse.mart.reading_rules import BELIEVED_SECONDS
from shop_assets.warehouse.mart.reconciliation import ingest_and_reconcile
from shop_assets.warehouse.raw.ingestion import committed_offsets
from shop_assets.warehouse.raw.raw_offsets import next_offset
from shop_assets.warehouse.raw.raw_rows import INCREMENT_BITS

DOCUMENTS_AT_ONCE: Final = 50_000
"""Differences that are repaired before the next comparison: they are in memory together."""

LOOKED_UP_AT_ONCE: Final = 1000
"""Differences of which one look-up finds the rejects."""

SHOWN: Final = 10
"""How many of the differences a result has at most."""


@dataclass(frozen=True)
class RepairResult:
    """How many documents were published again because RAW differed from MongoDB, and the first of them."""

    published: int = 0
    first: tuple[Difference, ...] = ()


def repair_documents(
    client: Client, source: DocumentSource, now: datetime, writer: Writer, *, full: bool = False
) -> RepairResult:
    """Compare RAW with what was sent from MongoDB, publish the documents that differ, and bring them to MART.

    Args:
        client: A client of the warehouse.
        source: MongoDB, Kafka and the key ring.
        now: The current time, by which messages are judged.
        writer: Makes the writes, as long as this run may write.
        full: Believe neither the sent index nor that RAW still has what MART took. It costs reading every document of
            MongoDB, and the ids of all of RAW and MART.

    Returns:
        What was published. A document is published once; what differs after that is for the check to report. One that
        Kafka does not accept is an open reject, and left out.

    Raises:
        ShopError: A service failed; see the stages' functions.
    """
    lost = _publish_lost(client, source, now, writer) if full else []
    differing = _publish_differing(client, source, now, writer)
    published = [*lost, *differing]
    return RepairResult(len(published), tuple(published[:SHOWN]))


def _publish_lost(client: Client, source: DocumentSource, now: datetime, writer: Writer) -> list[Difference]:
    """Make the sent index from MongoDB's documents, and publish those whose messages RAW lost."""
    ChangeCapture.on(source, writer).rebuild_index()
    ingest_and_reconcile(client, source.kafka, writer.check)
    return _publish(client, source, now, writer, lambda: lost_messages(client))


def _publish_differing(client: Client, source: DocumentSource, now: datetime, writer: Writer) -> list[Difference]:
    """Publish the documents by which RAW differs from the sent index."""
    indexes = sent_indexes(source.database, source.kafka, writer)
    is_indexed = all(index.totals() is not None for index in indexes.values())
    if not is_indexed or next(differences(client, indexes), None) is None:
        return []
    # Another run may have sent something since this one ingested: that is not repaired, it only has to arrive.
    capture_changes(source, "incremental", writer)
    ingest_and_reconcile(client, source.kafka, writer.check)
    return _publish(client, source, now, writer, lambda: differences(client, indexes))


def _publish(
    client: Client, source: DocumentSource, now: datetime, writer: Writer, find: Callable[[], Iterator[Difference]]
) -> list[Difference]:
    """Publish what is found, until nothing is found that was not published before."""
    published: dict[tuple[DocumentKind, str], Difference] = {}
    while True:
        found = (
            difference
            for difference in _not_rejected(source.database, find())
            if (difference.kind, difference.document_id) not in published and _is_repairable(source, difference, now)
        )
        batch = list(islice(found, DOCUMENTS_AT_ONCE))
        if not batch:
            return list(published.values())
        capture = ChangeCapture.on(source, writer)
        capture.send_current_state(_earliest_times(batch))
        ingest_and_reconcile(client, source.kafka, writer.check)
        published |= {(difference.kind, difference.document_id): difference for difference in batch}


def open_differences(
    client: Client, database: Database[Document], kafka: KafkaResource, writer: Writer
) -> Iterator[Difference]:
    """Find the documents by which MART differs from MongoDB although everything that was sent has arrived.

    A document that Kafka did not accept is an open reject, and one whose message is in Kafka and not in RAW yet is on
    its way: another run sent it after this one had ingested. Neither is a difference.

    Args:
        client: A client of the warehouse.
        database: The database of the collections.
        kafka: The cluster and the names of the topics.
        writer: Settles the sent index, as long as this run may write.

    Yields:
        The differences; normally none.

    Raises:
        ShopError: A service failed, or nothing was ever sent.
    """
    accepted = _not_rejected(database, differences(client, sent_indexes(database, kafka, writer)))
    for kind, found in groupby(accepted, lambda difference: difference.kind):
        with SeenKeys() as unread:
            for key in _unread_keys(client, kafka, kind):
                unread.add(key)
            yield from (difference for difference in found if _storable(difference.document_id) not in unread)


def advice(database: Database[Document], difference: Difference, now: datetime) -> str:
    """What an operator should do about a difference.

    Args:
        database: The database of the collections.
        difference: The difference.
        now: The current time.

    Returns:
        One sentence.
    """
    if _has_two_spellings(database, difference):
        return "MongoDB has this id in two spellings: delete one of the two documents"
    if _is_ahead(difference, now):
        time = datetime.fromtimestamp(difference.newest_time >> INCREMENT_BITS, UTC)
        return f"RAW's newest message is of {time:%Y-%m-%d %H:%M:%S} UTC: correct the clocks, and run again after that"
    return "`shop reconcile` publishes it again"


def _not_rejected(database: Database[Document], found: Iterator[Difference]) -> Iterator[Difference]:
    """The differences without those of documents that Kafka did not accept."""
    for batch in chunks(found, LOOKED_UP_AT_ONCE):
        rejected = rejects.open_among(database, map(_place, batch)) if _has_rejects(database) else set()
        yield from (difference for difference in batch if _place(difference) not in rejected)


def _place(difference: Difference) -> tuple[str, str]:
    return rejects.collection_key(difference.kind), difference.document_id


def _has_rejects(database: Database[Document]) -> bool:
    return rejects.any_open(database, [rejects.collection_key(kind) for kind in KINDS])


def _earliest_times(batch: Iterable[Difference]) -> Mapping[DocumentKind, Mapping[str, int]]:
    times: dict[DocumentKind, dict[str, int]] = {}
    for difference in batch:
        times.setdefault(difference.kind, {})[difference.document_id] = difference.newest_time + 1
    return times


def _is_ahead(difference: Difference, now: datetime) -> bool:
    """Whether RAW's newest message has a time so far ahead that no message sent now could be newer."""
    return (difference.newest_time + 1) >> INCREMENT_BITS > now.timestamp() + BELIEVED_SECONDS


def _has_two_spellings(database: Database[Document], difference: Difference) -> bool:
    """Whether MongoDB has two documents whose ids differ in case or spaces alone: MART can show one of them."""
    others = {difference.spelled, difference.document_id.strip().lower()} - {None, difference.document_id}
    possible = [other for other in others if other is not None and is_utf8(other)]
    return any(database[difference.kind.name].find_one({"_id": other}, {"_id": 1}) for other in possible)


def _unread_keys(client: Client, kafka: KafkaResource, kind: DocumentKind) -> Iterator[str]:
    """The keys of the messages that Kafka has and RAW never read: the group's offset shows what RAW read and lost."""
    administration = kafka.administration()
    topics = administration.describe([kafka.topic_name(kind)]).values()
    topic_ids = {topic.name: topic.topic_id for topic in topics}
    watermarks = administration.watermarks(topics)
    committed = committed_offsets(kafka, watermarks)
    unread = {}
    for (name, partition), marks in watermarks.items():
        reached = next_offset(client, kind, topic_ids[name], partition)
        unread[name, partition] = Watermarks(max(marks.low, reached, committed[name, partition]), marks.high)
    for message in kafka.read(unread):
        yield _storable((message.key() or b"").decode(errors="replace"))


def _storable(key: str) -> str:
    """A key that may have been no UTF-8, as SQLite takes it."""
    return key_of(key).decode(errors="replace")


def _is_repairable(source: DocumentSource, difference: Difference, now: datetime) -> bool:
    return not _is_ahead(difference, now) and not _has_two_spellings(source.database, difference)
