"""Messages put into RAW without Kafka."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

import orjson
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.raw.raw_inserts import INSERT_SETTINGS
from shop_assets.warehouse.statements.statement_settings import cleaning_settings

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, UTC)
_offsets = count()


@dataclass(frozen=True)
class RawMessage:
    """A row of RAW; source_time and offset grow by themselves."""

    key: bytes
    payload: bytes
    operation: str = "insert"
    offset: int = field(default_factory=lambda: next(_offsets))
    source_time: int | None = None
    ingested_at: datetime = NOW
    topic_id: str = "topic-1"
    partition: int = 0

    @property
    def time(self) -> int:
        return self.offset if self.source_time is None else self.source_time


def document(kind_id: str, body: dict[str, object], **more: object) -> RawMessage:
    return RawMessage(kind_id.encode(), orjson.dumps(body), **more)  # type: ignore[arg-type]  # passed on as they are


def tombstone(kind_id: str, **more: object) -> RawMessage:
    return RawMessage(kind_id.encode(), b"", operation="delete", **more)  # type: ignore[arg-type]  # passed on


def as_whole_topic(messages: Sequence[RawMessage]) -> list[RawMessage]:
    """The messages with offsets from 0 on, as a topic has them; their order in time stays."""
    return [replace(message, offset=offset, source_time=message.time) for offset, message in enumerate(messages)]


def insert_raw(
    client: Client,
    kind: str,
    messages: Sequence[RawMessage],
    *,
    kafka_timestamp: datetime = NOW,
    topic: str | None = None,
    **settings: object,
) -> None:
    table = pa.table(
        {
            "id": pa.array([message.key for message in messages], pa.binary()),
            "payload": pa.array([message.payload for message in messages], pa.binary()),
            "kafka_topic": pa.array([topic or f"shop.{kind}" for _ in messages], pa.string()),
            "kafka_topic_id": pa.array([message.topic_id for message in messages], pa.string()),
            "kafka_partition": pa.array([message.partition for message in messages], pa.uint32()),
            "kafka_offset": pa.array([message.offset for message in messages], pa.uint64()),
            "kafka_timestamp": pa.array([kafka_timestamp for _ in messages], pa.timestamp("ms", tz="UTC")),
            "operation": pa.array([message.operation for message in messages], pa.string()),
            "source_time": pa.array([message.time for message in messages], pa.uint64()),
            "ingested_at": pa.array([message.ingested_at for message in messages], pa.timestamp("us", tz="UTC")),
        }
    )
    size = sum(len(message.payload) for message in messages)
    client.insert_arrow(f"raw.{kind}", table, settings={**INSERT_SETTINGS, **cleaning_settings(size), **settings})
