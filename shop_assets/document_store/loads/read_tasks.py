"""What a load reads of an object, and why: it decides which of its documents are written."""

from dataclasses import dataclass
from enum import Enum, auto

from shop_assets.object_store.bucket import ObjectSummary


class Purpose(Enum):
    """Why an object is read."""

    NEW = auto()
    """It is new or changed: all of its documents are written, and deleted ones come back."""
    REREAD = auto()
    """It was loaded by other rules, of the loader or of a mapping. What the rules read differently now is written; what
    they do not is only inserted where it is missing. Deleted documents stay away."""
    RESTORE = auto()
    """MongoDB lost some of its documents. Only these are inserted; rejects are not touched, and the ledger stays."""
    REAPPLY = auto()
    """An older object with some of its ids came later. They are written again, because newer beats older."""
    RETRY = auto()
    """Its rejected documents are read again."""


@dataclass(frozen=True)
class ReadTask:
    """An object to read, completely or in part: `ids` and `positions` select documents."""

    summary: ObjectSummary
    purpose: Purpose = Purpose.NEW
    ids: frozenset[str] | None = None
    positions: frozenset[int] | None = None
    has_other_mapping: bool = False
    """It was loaded by another mapping, so that any of its documents may read differently."""

    @property
    def is_complete(self) -> bool:
        """Whether all of the object is read, so that its rejects and its entry are those of this reading."""
        return self.purpose in {Purpose.NEW, Purpose.REREAD}

    @property
    def is_recorded(self) -> bool:
        """Whether its rejects and its entry are written; else they are as this version's load left them."""
        return self.is_complete or self.purpose is Purpose.RETRY

    def replaces(self, *, is_changed: bool) -> bool:
        """Whether a document of this object replaces what the collection has.

        Args:
            is_changed: The document differs from what was delivered.

        Returns:
            False if the collection's own document stays.
        """
        if self.purpose is Purpose.REREAD:
            return is_changed or self.has_other_mapping
        return self.purpose in {Purpose.NEW, Purpose.REAPPLY}

    @property
    def checks_deletions(self) -> bool:
        """Whether it is not known yet which of its documents were deleted in MongoDB."""
        return self.purpose is Purpose.REREAD or (self.purpose is Purpose.RESTORE and self.ids is None)
