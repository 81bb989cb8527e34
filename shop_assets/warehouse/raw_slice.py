"""A slice of RAW: the unit in which it is compared with MART."""

from dataclasses import dataclass
from typing import Any


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
