"""What a load did, counted so that no document is left out."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class LoadReport:
    """What a load did with one kind. Every document read is exactly one of inserted, replaced, unchanged, a copy of an
    id that this load brought already, or rejected.
    """

    kind: str
    read: int = 0
    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    """Equal to what the collection has, or of a version that was loaded before: then what is there stays, and what was
    deleted stays away."""
    duplicate_ids: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    """Documents that the collection had lost and landing still has; they are among the inserted."""
    deleted: int = 0
    """Documents that landing still has and that stay away: somebody deleted them in MongoDB."""
    objects_read: int = 0
    objects_skipped: int = 0
    bytes_read: int = 0
    sample: list[str] = field(default_factory=list)
    """A few ids of the kind, read or not, to look at."""
