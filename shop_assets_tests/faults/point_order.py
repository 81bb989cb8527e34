"""Which point is next: dealt like cards, so that chance does not leave any of them out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from shop_assets_tests.faults.points import POINTS, Point


@dataclass
class PointOrder:
    """The points, dealt so that each comes up as often as any other of its stages; one that is not possible waits."""

    random: Random
    points: Sequence[Point] = POINTS
    _dealt: dict[tuple[str, ...], list[Point]] = field(default_factory=dict)

    def next_point(self, stages: Sequence[str], is_possible: Callable[[Point], bool]) -> Point | None:
        """The next point of these stages that is possible now; None when there is none at all."""
        rest = self._dealt.setdefault(tuple(stages), [])
        found = next(filter(is_possible, rest), None)
        if found is None:
            rest += [point for point in self._shuffled() if point.stage in stages and point not in rest]
            found = next(filter(is_possible, rest), None)
        if found is not None:
            rest.remove(found)
        return found

    def _shuffled(self) -> list[Point]:
        return self.random.sample(self.points, len(self.points))
