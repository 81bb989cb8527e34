"""What was lost and what was doubled: two countings of the same things, held against each other."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from shop_assets_tests.faults.holdings import Holding

NAMED: Final = 3


@dataclass(frozen=True)
class Difference:
    """A holding that is not what it should be. A changed entry counts as one lost and one too many."""

    holding: str
    lost: Holding
    doubled: Holding

    @classmethod
    def between(cls, holding: str, expected: Holding, found: Holding) -> Self | None:
        """What differs; None when nothing does."""
        if expected == found:
            return None
        return cls(holding, expected - found, found - expected)

    def __str__(self) -> str:
        return f"{self.holding}: {_told(self.lost, 'lost')}, {_told(self.doubled, 'too many')}"


def differences(expected: Mapping[str, Holding], found: Mapping[str, Holding]) -> list[Difference]:
    """All that differs in what was found; what was not looked at is not missed."""
    compared = (Difference.between(name, expected.get(name, Counter()), holding) for name, holding in found.items())
    return [difference for difference in compared if difference is not None]


def _told(entries: Holding, what: str) -> str:
    names = sorted({name for name, _ in entries})
    examples = f" ({', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''})" if names else ""
    return f"{entries.total()} {what}{examples}"
