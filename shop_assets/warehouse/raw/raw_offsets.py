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
from shop_assets.warehouse.statements.queries import statement_of
from shop_assets.warehouse.statements.query_execution import scalar

INSERT_TIMEOUT_SECONDS: Final = 60.0
"""A block and its materialized views take some seconds on a busy machine with two cores."""


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


def running_inserts(client: Client) -> int:
    """Count the inserts into RAW that are running.

    Args:
        client: A client of the warehouse.

    Returns:
        Their number.
    """
    return int(scalar(client, statement_of("raw_offsets/running_inserts")))


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
        waiting(lambda: running_inserts(client))
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
    client.command(statement_of("raw_offsets/issue_token"), {"writer": writer})
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
    parameters = {"topic_id": topic_id, "topic_partition": partition}
    return int(scalar(client, statement_of("raw_offsets/next_offset", kind), parameters))


def last_positions(client: Client, kind: DocumentKind, topic: Topic) -> list[Position]:
    """The last messages of a topic that RAW stores.

    Args:
        client: A client of the warehouse.
        kind: The kind, which names the table.
        topic: Its topic.

    Returns:
        One position for each topic partition of which RAW stores a message.
    """
    statement = statement_of("raw_offsets/last_position", kind)
    found = []
    for partition in topic.partitions:  # each costs one granule, as in `next_offset`
        parameters = {"topic_id": topic.topic_id, "topic_partition": partition}
        rows = client.query(statement, parameters).result_rows
        found += [Position(topic.topic_id, partition, *row) for row in rows]
    return found


def accept_gaps(client: Client, gaps: Sequence[OffsetRange]) -> None:
    """Record ranges as lost: reading continues after them."""
    client.insert(
        "raw.accepted_gaps",
        [(gap.topic, gap.topic_id, gap.partition, gap.first, gap.end - 1) for gap in gaps],
        column_names=["kafka_topic", "kafka_topic_id", "kafka_partition", "first_offset", "last_offset"],
    )
