"""Kafka's messages as rows of RAW: the bytes unchanged, in batches of limited size.

Nothing is validated here, whatever the bytes are: MART does that, and a message that RAW refused would be lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from confluent_kafka import Message

from shop_assets.topics.positions import message_milliseconds

if TYPE_CHECKING:
    import pyarrow as pa

MAXIMUM_ROWS: Final = 50_000
MAXIMUM_BYTES: Final = 24 * 1024 * 1024
"""Bytes of keys and values. A batch is in memory as messages, as columns and as a request; with two of them, and with
what Kafka's client reads ahead, the process needs some 300 MB more while it ingests, however much there is."""

DELETE: Final = "delete"
UNKNOWN_OPERATION: Final = "unknown"
"""The operation of a message without that header, from another producer."""

INCREMENT_BITS: Final = 32
"""Source time is seconds << 32 | increment, the document store's cluster time."""

LATEST_SOURCE_TIME: Final = (1 << 64) - 1

COLUMNS: Final = {
    "id": "String",
    "payload": "String",
    "kafka_topic": "String",
    "kafka_topic_id": "String",
    "kafka_partition": "UInt32",
    "kafka_offset": "UInt64",
    "kafka_timestamp": "DateTime64(3)",
    "operation": "String",
    "source_time": "UInt64",
    "ingested_at": "DateTime64(6)",
}
"""The columns of RAW, in their order, with the types in which they are sent."""

Batch = list[Message]


def batches(messages: Iterable[Message], *, maximum_rows: int, maximum_bytes: int) -> Iterator[Batch]:
    """Group messages into batches, in their order.

    Args:
        messages: The messages.
        maximum_rows: How many messages a batch has at most.
        maximum_bytes: How many bytes of keys and values a batch has at most; a single message may be larger.

    Yields:
        The batches, none of them empty.
    """
    batch: Batch = []
    size = 0
    for message in messages:
        bytes_of_message = message_bytes(message)
        if batch and (len(batch) >= maximum_rows or size + bytes_of_message > maximum_bytes):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += bytes_of_message
    if batch:
        yield batch


def message_bytes(message: Message) -> int:
    """The size of a message's key and value."""
    return len(message.key() or b"") + len(message.value() or b"")


def arrow_table(batch: Sequence[Message], topic_id: str, ingested_at: datetime) -> "pa.Table":
    """Convert a batch to an Arrow table with the columns of RAW, in their order."""
    import pyarrow as pa

    count = len(batch)
    # Keys and values are binary: a message need not be UTF-8 to be kept.
    columns = {
        "id": pa.array([message.key() or b"" for message in batch], pa.binary()),
        "payload": pa.array([message.value() or b"" for message in batch], pa.binary()),
        "kafka_topic": pa.array([message.topic() for message in batch], pa.string()),
        "kafka_topic_id": pa.array([topic_id] * count, pa.string()),
        "kafka_partition": pa.array([message.partition() for message in batch], pa.uint32()),
        "kafka_offset": pa.array([message.offset() for message in batch], pa.uint64()),
        "kafka_timestamp": pa.array([message_milliseconds(message) for message in batch], pa.timestamp("ms", tz="UTC")),
        "operation": pa.array([operation(message) for message in batch], pa.string()),
        "source_time": pa.array([source_time(message) for message in batch], pa.uint64()),
        "ingested_at": pa.array([ingested_at.astimezone(UTC)] * count, pa.timestamp("us", tz="UTC")),
    }
    return pa.table(columns)


def arrow_file(table: "pa.Table") -> bytes:
    """Write a table as a compressed Arrow file.

    Args:
        table: The table.

    Returns:
        The bytes of the file.
    """
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def operation(message: Message) -> str:
    """The operation in the source, from the header `operation`; a message without a value is a deletion in any case."""
    if message.value() is None:
        return DELETE
    name = _header(message, "operation").decode("ascii", errors="replace")
    # A value with the header of a deletion cannot be a tombstone: it is a document.
    return name if name and name != DELETE else UNKNOWN_OPERATION


def source_time(message: Message) -> int:
    """MongoDB's cluster time of the change, as the header says; whether it is believed is decided in MART.

    From the message's own timestamp when there is no header, or none that is a number without a sign. A number beyond
    64 bits becomes the largest one: it is a time in the future like any other.
    """
    text = _header(message, "source_time")
    if not text.isdigit():
        return (message_milliseconds(message) // 1000) << INCREMENT_BITS
    digits = text.lstrip(b"0")
    # Python refuses to convert a number of some thousand digits.
    return min(int(digits or b"0"), LATEST_SOURCE_TIME) if len(digits) <= 20 else LATEST_SOURCE_TIME  # noqa: PLR2004  # 2^64 has 20


def _header(message: Message, name: str) -> bytes:
    # The last of several headers with one name is the newest; their values are bytes or None.
    for header in reversed(list(message.headers() or ())):
        if header[0] == name and isinstance(header[1], bytes):
            return header[1]
    return b""
