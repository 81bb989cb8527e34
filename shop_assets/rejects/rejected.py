"""One rejected document as a person meets it, and which of them are asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

SHORT: Final = 12
"""Characters of an id that are shown: 48 bits, so that even among a million rejects two hardly ever agree."""


class Place(StrEnum):
    """The stage that rejected: MongoDB took no document, Kafka no message, MART no row."""

    MONGODB = "MongoDB"
    KAFKA = "Kafka"
    MART = "MART"


@dataclass(frozen=True)
class Rejected:
    """A rejected document without its content.

    `identity` is the same for the same content at the same place, however often it is rejected. `origin` and `position`
    are an object's key and the place in it, a collection and the `_id` in it, or a topic's partition and the offset of
    the newest message. `stands` is false when something newer has taken the document's place.
    """

    identity: str
    place: Place
    kind: str
    document_id: str
    reasons: tuple[str, ...]
    rejected_at: datetime
    origin: str
    position: int | str
    stands: bool
    detail: str = ""

    @property
    def short_id(self) -> str:
        """The beginning of the identity, by which a person names it."""
        return self.identity[:SHORT]


@dataclass(frozen=True)
class Selection:
    """Which rejects are asked for; what is empty asks for nothing. `ids` are beginnings of identities."""

    ids: tuple[str, ...] = ()
    kind: str = ""
    reason: str = ""
    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    superseded: bool = False
    """Those that no longer stand, too."""

    def takes(self, reject: Rejected) -> bool:
        """Whether the reject is asked for."""
        return (
            (reject.stands or self.superseded)
            and self.kind in {"", reject.kind}
            and any(self.reason.casefold() in reason.casefold() for reason in reject.reasons)
            and reject.rejected_at >= self.since
            and (not self.ids or reject.identity.startswith(self.ids))
        )
