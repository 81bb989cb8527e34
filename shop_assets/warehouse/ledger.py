"""RAW as its own ledger: which offsets of a partition it holds, and which a person gave up as lost.

Nothing else remembers a position. Group offsets in Kafka are for lag displays only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import DocumentKind


@dataclass(frozen=True)
class OffsetRange:
    """Offsets `first` to `end`, the end excluded, of one partition of one making of a topic."""

    topic: str
    topic_id: str
    partition: int
    first: int
    end: int


def next_offset(client: Client, kind: DocumentKind, topic_id: str, partition: int) -> int:
    """The offset after the last one that RAW holds of a partition or that was given up; 0 when there is neither.

    Reads one granule, however much lies in RAW: the table is sorted by these columns.
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
    return max((int(offset) for (offset,) in [*held, *given_up]), default=0)


def accept_gaps(client: Client, gaps: Sequence[OffsetRange]) -> None:
    """Remembers ranges as lost for good: reading goes on behind them."""
    client.insert(
        "raw.accepted_gaps",
        [(gap.topic, gap.topic_id, gap.partition, gap.first, gap.end - 1) for gap in gaps],
        column_names=["kafka_topic", "kafka_topic_id", "kafka_partition", "first_offset", "last_offset"],
    )
