"""One reject as users see it, and the selection of rejects."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

SHORT: Final = 12
"""Characters of an id that are shown: 48 bits, so that even among a million rejects two are hardly ever equal."""


class RejectingStage(StrEnum):
    """The stage that rejected: MongoDB did not accept the document, Kafka its message, or MART its row."""

    MONGODB = "MongoDB"
    KAFKA = "Kafka"
    MART = "MART"


@dataclass(frozen=True)
class Reject:
    """A rejected document of any stage as users see it, without its content.

    `reject_id` is the same for the same content at the same place, however often it is rejected. `source` and
    `position` are an object's key and the document's position in it, a collection and the document's `_id`, or a
    topic's partition and the offset of the newest message. `is_open` is false when a newer version superseded it.
    """

    reject_id: str
    stage: RejectingStage
    kind: str
    document_id: str
    reasons: tuple[str, ...]
    rejected_at: datetime
    source: str
    position: int | str
    is_open: bool
    detail: str = ""

    @property
    def short_id(self) -> str:
        """The first characters of the id, by which users name it."""
        return self.reject_id[:SHORT]


@dataclass(frozen=True)
class Selection:
    """Which rejects are wanted; an empty field selects all. `ids` are id prefixes."""

    ids: tuple[str, ...] = ()
    kind: str = ""
    reason: str = ""
    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    include_superseded: bool = False
    """Superseded rejects too."""

    def matches(self, reject: Reject) -> bool:
        """Whether a reject is selected.

        Args:
            reject: A reject of any stage, open or superseded.

        Returns:
            True if it fits every field.
        """
        return (
            (reject.is_open or self.include_superseded)
            and self.kind in {"", reject.kind}
            and any(self.reason.casefold() in reason.casefold() for reason in reject.reasons)
            and reject.rejected_at >= self.since
            and (not self.ids or reject.reject_id.startswith(self.ids))
        )
