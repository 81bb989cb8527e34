"""Takes one customer out of RAW and MART: the rows with their documents are deleted, and with them their bytes.

It comes after the tombstone of the customer and the purchases under the pseudonym have reached MART, so that what is
deleted here is older than what is shown. The offsets of deleted messages are recorded in `raw.removed_copies` before,
as those of duplicates are: they count as read, and a kill at any point leaves a RAW in which every offset is accounted
for.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from clickhouse_connect.driver.client import Client

from shop_assets.coordination.lease import Guard
from shop_assets.documents.chunks import chunks
from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.documents.pseudonyms import customer_reference, without_store
from shop_assets.personal_data.traces import Traces
from shop_assets.warehouse.mart import current_values
from shop_assets.warehouse.raw.raw_offsets import issue_fencing_token, wait_for_inserts
from shop_assets.warehouse.statements.cluster import on_cluster
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import QUERY_SETTINGS, column, scalar

BATCH_SIZE: Final = 1000
"""Offsets in one statement: they are in the address of a request."""

OLD_PARTS_SECONDS: Final = 480
"""How long ClickHouse keeps the files of parts that were replaced (`old_parts_lifetime`)."""

_REMOVED_COLUMNS: Final = (
    "kafka_topic",
    "kafka_topic_id",
    "kafka_partition",
    "kafka_offset",
    "kind",
    "id",
    "ingested_at",
)


class _Place(NamedTuple):
    topic_id: str
    partition: int
    offset: int


class _Row(NamedTuple):
    topic: str
    topic_id: str
    partition: int
    offset: int
    ingested_at: datetime
    id: str
    payload: str


@dataclass(frozen=True)
class WarehouseCounts:
    """Rows that were deleted, and the places of RAW's messages: topic id, partition, offset."""

    raw: int
    versions: int
    rejects: int
    places: Sequence[str]


def erase_customer(
    client: Client,
    ids: Iterable[str],
    cluster: str | None = None,
    *,
    contacts: Iterable[str] = (),
    guard: Guard,
) -> WarehouseCounts:
    """Delete a customer's documents and purchases, and what MART made of them.

    Args:
        client: A client of the migrated warehouse.
        ids: The ids under which the customer was ever sent, in lower case.
        cluster: The cluster of the warehouse; None for a single server.
        contacts: The ciphertexts of the phones and e-mails: by these, and by the ids, purchases are found that name no
            customer.
        guard: Called before each statement; what it raises ends the erasure.

    Returns:
        What was deleted; nothing if it was deleted before.

    Raises:
        WarehouseError: An insert into RAW is running and does not end.
    """
    known, sent_contacts = sorted(ids), sorted(contacts)
    issue_fencing_token(client)  # so that nothing is inserted meanwhile
    wait_for_inserts(client)
    deletion = _Deletion(client, cluster, guard)
    bought = _purchase_messages(client, known, sent_contacts)
    messages = {CUSTOMERS: _customer_messages(client, known), PURCHASES: bought}
    for kind, rows in messages.items():
        deletion.delete_messages(kind, rows)
    rejected = _rejected_purchases(client, known, sent_contacts)
    rejects = deletion.delete_at(
        "mart.reject_versions", _places(client, "places_of_rejects", known), "kind = 'customers'"
    )
    rejects += deletion.delete_at("mart.reject_versions", rejected, "kind = 'purchases'")
    versions = deletion.delete_at("mart.customer_versions", _places(client, "places_of_customers", known))
    versions += deletion.delete_at("mart.purchase_versions", _places(client, "places_of_purchases", known))
    versions += deletion.delete_at("mart.purchase_versions", [*rejected, *messages[PURCHASES]])
    deletion.delete_identities(known)
    guard()
    current_values.forget_erased(client, cluster)
    places = [f"{row.topic_id} {row.partition} {row.offset}" for rows in messages.values() for row in rows]
    return WarehouseCounts(len(places), versions, rejects, sorted(places))


def count_customer(client: Client, ids: Iterable[str], contacts: Iterable[str] = ()) -> int:
    """Count the rows of RAW and MART that still have something of a customer.

    Args:
        client: A client of the warehouse.
        ids: The ids under which the customer was ever sent, in lower case.
        contacts: The ciphertexts of the phones and e-mails.

    Returns:
        The rows; 0 after an erasure.
    """
    known, sent_contacts = sorted(ids), sorted(contacts)
    rejected = _rejected_purchases(client, known, sent_contacts)
    versions = int(scalar(client, statement_of("erasure/remaining_rows"), {"ids": known}))
    messages = len(_customer_messages(client, known)) + len(_purchase_messages(client, known, sent_contacts))
    return messages + len(rejected) + versions


def days_with_features(client: Client, ids: Iterable[str]) -> list[str]:
    """The published days whose features have a customer.

    Args:
        client: A client of the warehouse.
        ids: The ids of the customer.

    Returns:
        The days, oldest first; they hold the id, and zeros and ones.
    """
    return list(map(str, column(client, statement_of("erasure/days_with_features"), {"ids": sorted(ids)})))


class _Deletion:
    """Deletes rows for good: parts with such rows are written again. Of parts without any nothing is read twice.

    ClickHouse keeps the text of the latest deletions (`system.mutations`): they name places and hashes, and no id.
    """

    def __init__(self, client: Client, cluster: str | None, guard: Guard) -> None:
        self._client = client
        self._cluster = cluster
        self._guard = guard

    def delete_messages(self, kind: DocumentKind, rows: Sequence[_Row]) -> None:
        """Record that messages of RAW are deleted, and delete them. The id of a customer is not recorded."""
        if not rows:
            return
        self._guard()
        removed = [
            (row.topic, row.topic_id, row.partition, row.offset, kind.name, _recorded_id(kind, row), row.ingested_at)
            for row in rows
        ]
        self._client.insert("raw.removed_copies", removed, column_names=_REMOVED_COLUMNS)
        self.delete_at(f"raw.{kind.name}", rows)

    def delete_identities(self, ids: Sequence[str]) -> None:
        """Delete what a customer's id stood for, and what it says in the identities of purchases."""
        prefixes = [f"customer {document_id}, store " for document_id in ids]
        statement = statement_of("erasure/hashes_of_identities")
        found = column(self._client, statement, {"ids": ids, "prefixes": prefixes})
        for hashes in chunks(found, BATCH_SIZE):
            self.delete_where(
                "mart.document_identities",
                "sipHash64(kind, id, identity) IN {hashes:Array(UInt64)}",
                hashes=hashes,
            )

    def delete_at(self, table: str, rows: Iterable[_Row | _Place], condition: str = "1") -> int:
        """Delete the rows of a table at the places of some messages."""
        offsets: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for row in rows:
            offsets[row.topic_id, row.partition].append(row.offset)
        deleted = 0
        for (topic_id, partition), found in offsets.items():
            for batch in chunks(found, BATCH_SIZE):
                deleted += self.delete_where(
                    table,
                    f"{condition} AND kafka_topic_id = {{topic:String}} AND kafka_partition = {{part:UInt32}} "
                    "AND kafka_offset IN {offsets:Array(UInt64)}",
                    topic=topic_id,
                    part=partition,
                    offsets=batch,
                )
        return deleted

    def delete_where(self, table: str, condition: str, **parameters: Any) -> int:
        """Delete rows by a condition, and return how many there were."""
        counted = f"SELECT count() FROM {table} WHERE {condition}"  # noqa: S608  # our names
        count = int(scalar(self._client, counted, parameters))
        if count:
            self._guard()
            self._client.command(
                f"ALTER TABLE {table}{on_cluster(self._cluster)} DELETE WHERE {condition} SETTINGS mutations_sync = 2",
                parameters=parameters,
            )
        return count


def _recorded_id(kind: DocumentKind, row: _Row) -> str:
    return row.id if kind == PURCHASES else ""


def _customer_messages(client: Client, ids: Sequence[str]) -> list[_Row]:
    return list(_rows(client, "customer_messages", ids=ids))


def _purchase_messages(client: Client, ids: Sequence[str], contacts: Sequence[str]) -> list[_Row]:
    return _purchases(client, "purchase_messages", ids, contacts)


def _rejected_purchases(client: Client, ids: Sequence[str], contacts: Sequence[str]) -> list[_Row]:
    return _purchases(client, "rejected_purchases", ids, contacts)


def _purchases(client: Client, name: str, ids: Sequence[str], contacts: Sequence[str]) -> list[_Row]:
    """The rows of a query that are purchases of the customer, without their documents: a short id is in many."""
    rows = _rows(client, name, needles=_as_json([*ids, *contacts]))
    return [row._replace(payload="") for row in rows if _is_purchase_of(row, ids, contacts)]


def _rows(client: Client, name: str, **parameters: Any) -> Iterator[_Row]:
    """The rows of a query, block by block."""
    statement = statement_of(f"erasure/{name}")
    with client.query_row_block_stream(statement, parameters, settings=QUERY_SETTINGS) as blocks:
        for block in blocks:
            yield from (_Row(*row) for row in block)


def _places(client: Client, name: str, ids: Sequence[str]) -> list[_Place]:
    return [_Place(*row) for row in client.query(statement_of(f"erasure/{name}"), {"ids": ids}).result_rows]


def _as_json(texts: Iterable[str]) -> list[str]:
    return [json.dumps(text, ensure_ascii=False)[1:-1] for text in texts]


def _is_purchase_of(row: _Row, ids: Sequence[str], contacts: Sequence[str]) -> bool:
    """Whether a message is a purchase of the customer.

    A payload that is not JSON counts as one, because it contains the id; so does one that names no customer and
    mentions this one.
    """
    try:
        document = json.loads(row.payload)
    except (ValueError, RecursionError):
        return True
    reference = customer_reference(document) if isinstance(document, dict) else None
    if reference is not None:
        return reference in ids
    text = json.dumps(without_store(document), ensure_ascii=False) if isinstance(document, dict) else row.payload
    return any(contact in text for contact in contacts) or Traces(ids).is_mentioned(text, PURCHASES)
