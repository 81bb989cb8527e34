"""Compares the two ends: the newest messages in RAW with the sent index, which has what MongoDB's documents are.

The counts and checksums of buckets are compared, and only the ids of buckets that differ are read. What was equal is
remembered with a fingerprint of the RAW table: while neither it nor the index changes, nothing is read again. That MART
shows what RAW has is another comparison (`quality/mart_differs_from_raw`), and what differs is repaired elsewhere
(`document_repair.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from clickhouse_connect.driver.client import Client

from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.orchestration.asset_keys import KAFKA_TOPICS_LOADED
from shop_assets.topics.digests import HASH_BITS
from shop_assets.topics.sent_buckets import Bucket, Totals
from shop_assets.topics.sent_index import SentIndex
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.query_execution import QUERY_SETTINGS

BUCKETS_AT_ONCE: Final = 400
"""Buckets whose documents are in memory together: some 200,000 ids in 40 MB. Each time costs RAW one more scan."""

Finding = Literal["not in RAW", "another version in RAW", "not in MongoDB"]
SentIndexes = Mapping[DocumentKind, SentIndex]


@dataclass(frozen=True)
class Difference:
    """A document by which MongoDB and RAW differ.

    Attributes:
        kind: Its kind.
        document_id: Its id, as MongoDB or the message has it.
        finding: What differs.
        newest_time: The source time by which RAW orders its newest message; 0 when there is none.
        spelled: The key of RAW's newest message, when it is another spelling of the id.
    """

    kind: DocumentKind
    document_id: str
    finding: Finding
    newest_time: int = 0
    spelled: str | None = None


@dataclass(frozen=True)
class _NewestMessage:
    """The newest message of an id in RAW; `document_id` is the id as MART has it, `key` the message's."""

    document_id: str
    key: str
    digest: int
    is_deleted: bool
    source_time: int


def differences(client: Client, indexes: SentIndexes) -> Iterator[Difference]:
    """Find the documents by which what was sent from MongoDB and RAW differ.

    Args:
        client: A client of the warehouse.
        indexes: The sent indexes by kind.

    Yields:
        The differences; normally none.

    Raises:
        WarehouseError: There is no index to compare with.
    """
    fingerprints = _fingerprints(client)
    for kind, index in indexes.items():
        index.settle()
        totals = index.totals()
        if totals is None:
            raise WarehouseError(
                f"MongoDB has no record of what was sent to {index.topic}: materialize "
                f"{KAFKA_TOPICS_LOADED.to_user_string()}, which makes it."
            )
        fingerprint = fingerprints.get(kind.name, "")
        if totals.equal_to == fingerprint:
            continue
        are_equal = True
        differing = _differing_buckets(client, kind, totals)
        for numbers in chunks(differing, BUCKETS_AT_ONCE):
            for difference in _differences(client, kind, index, totals, numbers):
                are_equal = False
                yield difference
        if are_equal:
            index.mark_equal(totals, fingerprint)


def lost_messages(client: Client) -> Iterator[Difference]:
    """Find the documents of which RAW lost the newest message after MART had taken it.

    Args:
        client: A client of the warehouse.

    Yields:
        The differences; the id is MART's.
    """
    for kind in KINDS:
        query = load_query("comparison/mart_ahead_of_raw", kind).statement
        for document_id, time in client.query(query, settings=QUERY_SETTINGS).result_rows:
            yield Difference(kind, str(document_id), "not in RAW", int(time))


def _fingerprints(client: Client) -> dict[str, str]:
    rows = client.query(load_query("comparison/raw_fingerprints").statement).result_rows
    return {str(table): str(fingerprint) for table, fingerprint in rows}


def _differing_buckets(client: Client, kind: DocumentKind, totals: Totals) -> list[int]:
    query = load_query("comparison/raw_totals", kind).statement
    rows = client.query(query, {"shift": HASH_BITS - totals.bits}, settings=QUERY_SETTINGS).result_rows
    in_raw = {int(number): (int(documents), int(total)) for number, documents, total in rows}
    sent = enumerate(zip(totals.counts, totals.checksums, strict=True))
    return [number for number, counted in sent if in_raw.get(number, (0, 0)) != counted]


def _differences(
    client: Client, kind: DocumentKind, index: SentIndex, totals: Totals, numbers: Sequence[int]
) -> Iterator[Difference]:
    sent: Bucket = {}
    for _, bucket in index.buckets(totals, numbers):
        sent |= bucket
    newest = {message.document_id: message for message in _newest_messages(client, kind, totals, numbers)}
    by_key = {message.key: message for message in newest.values() if not message.is_deleted}
    for document_id, digest in sent.items():
        message = by_key.get(document_id)
        if message is None:
            hiding = newest.get(document_id)
            time = 0 if hiding is None else hiding.source_time
            spelled = None if hiding is None or hiding.key == document_id else hiding.key
            yield Difference(kind, document_id, "not in RAW", time, spelled)
        elif message.digest != digest:
            yield Difference(kind, document_id, "another version in RAW", message.source_time)
    wanted = set(numbers)
    unknown = [message for key, message in by_key.items() if key not in sent and totals.bucket_number(key) in wanted]
    # Where another spelling of a sent id is the newest, the document is the difference: it is not in RAW.
    hidden = index.digests(message.document_id for message in unknown if message.document_id != message.key)
    for message in unknown:
        if message.document_id not in hidden:
            yield Difference(kind, message.key, "not in MongoDB", message.source_time)


def _newest_messages(
    client: Client, kind: DocumentKind, totals: Totals, numbers: Sequence[int]
) -> Iterator[_NewestMessage]:
    parameters: dict[str, Any] = {"shift": HASH_BITS - totals.bits, "buckets": list(numbers)}
    rows = client.query(
        load_query("comparison/raw_documents", kind).statement,
        parameters,
        settings=QUERY_SETTINGS,
        query_formats={"String": "bytes"},  # a foreign message's key may be anything
    ).result_rows
    for document_id, key, digest, is_deleted, source_time in rows:
        yield _NewestMessage(_text(document_id), _text(key), int(digest), bool(is_deleted), int(source_time))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
