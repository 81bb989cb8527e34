"""What was lost and what was duplicated: two counts of the same state compared."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from shop_assets_tests.faults.stored_state import StateCounts

NAMED: Final = 3


@dataclass(frozen=True)
class Difference:
    """Stored state that is not what it should be. A changed entry counts as one lost and one too many."""

    name: str
    lost: StateCounts
    duplicated: StateCounts

    @classmethod
    def between(cls, name: str, expected: StateCounts, found: StateCounts) -> Self | None:
        """What differs; None when nothing does."""
        if expected == found:
            return None
        return cls(name, expected - found, found - expected)

    def __str__(self) -> str:
        return f"{self.name}: {_describe(self.lost, 'lost')}, {_describe(self.duplicated, 'too many')}"


def differences(expected: Mapping[str, StateCounts], found: Mapping[str, StateCounts]) -> list[Difference]:
    """All that differs in what was found; what was not looked at is not missed."""
    compared = (Difference.between(name, expected.get(name, Counter()), counts) for name, counts in found.items())
    return [difference for difference in compared if difference is not None]


def _describe(entries: StateCounts, what: str) -> str:
    names = sorted({name for name, _ in entries})
    examples = f" ({', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''})" if names else ""
    return f"{entries.total()} {what}{examples}"
