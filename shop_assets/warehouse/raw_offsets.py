"""The offsets that RAW has read: those it stores, those that compaction removed, and those accepted as lost.

RAW is the only record of them. Committed group offsets in Kafka are for displays of the lag.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clickhouse_connect.driver.client import Client
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from shop_assets.documents.kinds import DocumentKind
from shop_assets.orchestration.asset_keys import CLICKHOUSE_RAW
from shop_assets.topics.positions import Position
from shop_assets.topics.specification import Topic
from shop_assets.warehouse.errors import WarehouseError

INSERT_TIMEOUT_SECONDS: Final = 60.0
"""A block and its materialized views take some seconds on a busy machine with two cores."""

RUNNING_INSERTS: Final = (
    "SELECT count() FROM system.processes "
    "WHERE query_kind = 'Insert' AND match(query, 'INTO\\s+`?raw`?[.]`?(stores|products|customers|purchases)')"
)


@dataclass(frozen=True)
class OffsetRange:
    """Offsets `first` to `end`, the end excluded, of a topic partition; `topic_id` is Kafka's id of the topic."""

    topic: str
    topic_id: str
    partition: int
    first: int
    end: int

    @property
    def size(self) -> int:
        """How many offsets it has."""
        return self.end - self.first


def wait_for_inserts(client: Client, timeout_seconds: float = INSERT_TIMEOUT_SECONDS) -> None:
    """Wait until no insert into RAW is running: an insert of a killed run has no offsets in RAW yet.

    Args:
        client: A client of the warehouse.
        timeout_seconds: How long to wait.

    Raises:
        WarehouseError: An insert is still running after that time, so another run is writing.
    """
    waiting = Retrying(retry=retry_if_result(bool), wait=wait_fixed(0.2), stop=stop_after_delay(timeout_seconds))
    try:
        waiting(lambda: client.query(RUNNING_INSERTS).result_rows[0][0])
    except RetryError as error:
        raise WarehouseError(
            f"An insert into RAW has been running for {timeout_seconds:.0f} s: another run of "
            f"{CLICKHOUSE_RAW.to_user_string()} is writing. Run this again when it has finished."
        ) from error


def issue_fencing_token(client: Client) -> str:
    """Make the caller the writer of RAW.

    RAW refuses the blocks of earlier writers from now on. For inserts that are running, call `wait_for_inserts`.

    Args:
        client: A client of the warehouse.

    Returns:
        The token with which the caller inserts its blocks.
    """
    writer = uuid.uuid4().hex
    client.command(
        "INSERT INTO raw.writers (generation, writer) SELECT max(generation) + 1, {writer:String} FROM raw.writers",
        parameters={"writer": writer},
    )
    return writer


def next_offset(client: Client, kind: DocumentKind, topic_id: str, partition: int) -> int:
    """The offset after the last one that RAW has read of a topic partition, or that was accepted as lost.

    Costs one granule, however large RAW is: the tables are sorted by these columns.

    Args:
        client: A client of the warehouse.
        kind: The kind, which names the table.
        topic_id: Kafka's id of the topic.
        partition: The topic partition.

    Returns:
        The offset; 0 when nothing was read.
    """
    parameters = {"table": kind.name, "topic_id": topic_id, "partition": partition}
    stored = client.query(
        "SELECT kafka_offset + 1 FROM raw.{table:Identifier} "
        "WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} "
        "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT 1",
        parameters=parameters,
    ).result_rows
    accepted_lost = client.query(
        "SELECT max(last_offset) + 1 FROM raw.accepted_gaps "
        "WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} HAVING count() > 0",
        parameters=parameters,
    ).result_rows
    removed = client.query(
        "SELECT kafka_offset + 1 FROM raw.removed_copies "
        "WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} "
        "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT 1",
        parameters=parameters,
    ).result_rows
    return max((int(offset) for (offset,) in [*stored, *accepted_lost, *removed]), default=0)


def last_positions(client: Client, kind: DocumentKind, topic: Topic) -> list[Position]:
    """The last messages of a topic that RAW stores.

    Args:
        client: A client of the warehouse.
        kind: The kind, which names the table.
        topic: Its topic.

    Returns:
        One position for each topic partition of which RAW stores a message.
    """
    found = []
    for partition in topic.partitions:  # each costs one granule, as in `next_offset`
        rows = client.query(
            "SELECT kafka_offset, lower(hex(SHA256(id))), toUnixTimestamp64Milli(kafka_timestamp) FROM ("
            "SELECT id, kafka_offset, kafka_timestamp FROM raw.{table:Identifier} "
            "WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} "
            "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT 1)",
            parameters={"table": kind.name, "topic_id": topic.topic_id, "partition": partition},
        ).result_rows
        found += [Position(topic.topic_id, partition, *row) for row in rows]
    return found


def accept_gaps(client: Client, gaps: Sequence[OffsetRange]) -> None:
    """Record ranges as lost: reading continues after them."""
    client.insert(
        "raw.accepted_gaps",
        [(gap.topic, gap.topic_id, gap.partition, gap.first, gap.end - 1) for gap in gaps],
        column_names=["kafka_topic", "kafka_topic_id", "kafka_partition", "first_offset", "last_offset"],
    )
