"""Round after round of one scenario on one stack: the reference first, then kills until there were enough of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final

from shop_assets.settings import Settings
from shop_assets_tests.faults.environments import Environments
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.point_order import PointOrder
from shop_assets_tests.faults.points import POINTS, Point
from shop_assets_tests.faults.reference import PhaseState, undisturbed
from shop_assets_tests.faults.rounds import INGESTING, REPORTING, Round
from shop_assets_tests.faults.scenario import Scenario, build_scenario
from shop_assets_tests.faults.services import Services
from shop_assets_tests.faults.tally import Tally

WHOLE_PHASES: Final = (frozenset({0, 2, 4}), frozenset({1, 3, 5}))
"""The phases that are whole runs, of every other round."""


@dataclass
class Campaign:
    """Kills on the services of `settings`, all chosen by `seed`. Without `services` none of them is killed; without
    `reports` the scenario ends at the MART, and Spark is not needed.
    """

    settings: Settings
    folder: Path
    seed: int
    phases: int = 7
    points: Sequence[Point] = POINTS
    services: Services | None = None
    reports: bool = True
    tally: Tally = field(default_factory=Tally)
    rounds: int = 0

    @cached_property
    def forks(self) -> Forks:
        """The processes that do the work."""
        return Forks(self.folder / "runs.log", self.services.pids if self.services else dict)

    @cached_property
    def environments(self) -> Environments:
        """Where the scenario is played."""
        return Environments(self.settings, self.folder)

    @cached_property
    def _point_order(self) -> PointOrder:
        return PointOrder(Random(f"{self.seed} kills"), self.points)

    @cached_property
    def scenario(self) -> Scenario:
        """What happens to the shop, the same in every round."""
        return build_scenario(self.seed, self.phases)

    @cached_property
    def reference(self) -> list[PhaseState]:
        """What every phase and every request leaves when nobody disturbs it."""
        reporting = REPORTING if self.reports else ()
        return undisturbed(self.forks, self.environments.new_environment(), self.scenario, INGESTING, reporting)

    def play(self, on_phase: Callable[[], None] = lambda: None) -> int:
        """One round; gives the number of kills. The tally is richer by it."""
        reference, before = self.reference, self.tally.total.kills
        whole = WHOLE_PHASES[self.rounds % 2] if self.reports else frozenset[int]()
        self.rounds += 1
        # A shop whose first run is a whole one has no table yet: that run makes them.
        environment = self.environments.new_environment(with_tables=0 not in whole)
        played = Round(
            self.forks, environment, self.scenario, reference, self._point_order, self.tally,
            self.services, whole, self.reports, on_phase,
        )  # fmt: skip
        played.run()
        self.environments.environment = played.environment  # with the keys that it has now
        return self.tally.total.kills - before
