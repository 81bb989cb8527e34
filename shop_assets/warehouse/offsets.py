"""RAW as its own ledger: which offsets of a partition it holds, held once, and which a person gave up as lost.

Nothing else remembers a position. Group offsets in Kafka are for lag displays only.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clickhouse_connect.driver.client import Client
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.errors import WarehouseError

INSERT_PATIENCE_SECONDS: Final = 60.0
"""A block and its materialized views take some seconds on a busy machine with two cores."""

RUNNING_INSERTS: Final = (
    "SELECT count() FROM system.processes "
    "WHERE query_kind = 'Insert' AND match(query, 'INTO\\s+`?raw`?[.]`?(stores|products|customers|purchases)')"
)


@dataclass(frozen=True)
class OffsetRange:
    """Offsets `first` to `end`, the end excluded, of one partition of one making of a topic."""

    topic: str
    topic_id: str
    partition: int
    first: int
    end: int


def wait_for_inserts(client: Client, patience_seconds: float = INSERT_PATIENCE_SECONDS) -> None:
    """Waits until no insert into RAW is under way: one that a killed run left behind has no offsets to show yet.

    Raises WarehouseError when one is still there after `patience_seconds`: then another run is at work.
    """
    waiting = Retrying(retry=retry_if_result(bool), wait=wait_fixed(0.2), stop=stop_after_delay(patience_seconds))
    try:
        waiting(lambda: client.query(RUNNING_INSERTS).result_rows[0][0])
    except RetryError as error:
        raise WarehouseError(
            f"Another insert into RAW has been under way for {patience_seconds:.0f} s: another run of clickhouse_raw "
            "is at work. Let it end, then run this one again."
        ) from error


def issue_fencing_token(client: Client) -> str:
    """Makes the caller the one whose blocks RAW takes, and gives the name under which it is that.

    Blocks of earlier writers are refused from now on; for inserts that are running, call `wait_for_inserts`.
    """
    writer = uuid.uuid4().hex
    client.command(
        "INSERT INTO raw.writers (generation, writer) SELECT max(generation) + 1, {writer:String} FROM raw.writers",
        parameters={"writer": writer},
    )
    return writer


def next_offset(client: Client, kind: DocumentKind, topic_id: str, partition: int) -> int:
    """The offset after the last one that RAW holds or held of a partition or that was given up; 0 when there is none.

    Reads one granule, however much lies in RAW: the tables are sorted by these columns.
    """
    parameters = {"table": kind.name, "topic_id": topic_id, "partition": partition}
    held = client.query(
        "SELECT kafka_offset + 1 FROM raw.{table:Identifier} "
        "WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {partition:UInt32} "
        "ORDER BY kafka_topic_id DESC, kafka_partition DESC, kafka_offset DESC LIMIT 1",
        parameters=parameters,
    ).result_rows
    given_up = client.query(
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
    return max((int(offset) for (offset,) in [*held, *given_up, *removed]), default=0)


def accept_gaps(client: Client, gaps: Sequence[OffsetRange]) -> None:
    """Remembers ranges as lost for good: reading goes on behind them."""
    client.insert(
        "raw.accepted_gaps",
        [(gap.topic, gap.topic_id, gap.partition, gap.first, gap.end - 1) for gap in gaps],
        column_names=["kafka_topic", "kafka_topic_id", "kafka_partition", "first_offset", "last_offset"],
    )
