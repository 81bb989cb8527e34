"""What the kills did: per point how many, how many were recovered from, what was lost or duplicated."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shop_assets_tests.faults.comparison import Difference


@dataclass
class Line:
    """One point. `lost` and `duplicated` are entries, over all comparisons after its kills."""

    kills: int = 0
    recovered: int = 0
    lost: int = 0
    duplicated: int = 0


@dataclass
class Tally:
    """The table, and what was seen when something was not as it should be."""

    lines: dict[str, Line] = field(default_factory=dict)
    not_reached: int = 0
    complaints: list[str] = field(default_factory=list)

    def kill_happened(self, point: str) -> None:
        self.lines.setdefault(point, Line()).kills += 1

    def kill_was_followed(self, point: str, differences: Sequence[Difference]) -> None:
        """The next run was successful; this is what differs after it."""
        line = self.lines[point]
        line.recovered += not differences
        line.lost += sum(difference.lost.total() for difference in differences)
        line.duplicated += sum(difference.duplicated.total() for difference in differences)

    @property
    def total(self) -> Line:
        lines = self.lines.values()
        return Line(
            *(sum(getattr(line, name) for line in lines) for name in ("kills", "recovered", "lost", "duplicated"))
        )

    @property
    def is_clean(self) -> bool:
        """Whether every kill was made good, and nothing else was wrong."""
        return self.total.kills == self.total.recovered and not self.complaints

    def so_far(self) -> str:
        """One line for who waits."""
        return f"{self.total.kills} kills, {self.total.recovered} made good, {self.not_reached} not reached"

    def table(self) -> str:
        """Markdown, points in the order of their names."""
        rows = [*sorted(self.lines.items()), ("**all**", self.total)]
        text = [
            f"| {point} | {line.kills} | {line.recovered} | {line.lost} | {line.duplicated} |" for point, line in rows
        ]
        return "\n".join(["| point | kills | recovered | lost | duplicated |", "|---|---|---|---|---|", *text])
