"""A slice of RAW: the unit in which it is compared with MART."""

from dataclasses import dataclass
from typing import Any

from clickhouse_connect.driver.binding import format_str


@dataclass(frozen=True)
class RawSlice:
    """Offsets `first` to `end`, the end excluded, of one topic partition in RAW."""

    topic_id: str
    partition: int
    first: int
    end: int

    def parameters(self) -> dict[str, Any]:
        """The parameters of the queries of a slice.

        Returns:
            The values by their names.
        """
        return {
            "topic_id": self.topic_id,
            "topic_partition": self.partition,
            "first_offset": self.first,
            "end_offset": self.end,
        }

    def condition(self) -> str:
        """The condition of the slice's rows with literals, for a DELETE.

        Its values are not parameters for the reason that `compaction/delete_duplicates` gives.

        Returns:
            What `macros/raw_slice.sql` says.
        """
        return (
            f"kafka_topic_id = {format_str(self.topic_id)} AND kafka_partition = {self.partition} "
            f"AND kafka_offset >= {self.first} AND kafka_offset < {self.end}"
        )
