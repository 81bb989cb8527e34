"""Round after round of one story on one stack: the reference first, then kills until there were enough of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final

from shop_assets.settings import Settings
from shop_assets_tests.faults.deck import Deck
from shop_assets_tests.faults.engines import Engines
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.points import POINTS, Point
from shop_assets_tests.faults.reference import ChapterHeld, undisturbed
from shop_assets_tests.faults.rounds import INGESTING, REPORTING, Round
from shop_assets_tests.faults.scenery import Scenery
from shop_assets_tests.faults.story import Chapter, tell
from shop_assets_tests.faults.tally import Tally

WHOLE_CHAPTERS: Final = (frozenset({0, 2, 4}), frozenset({1, 3, 5}))
"""The chapters that are whole runs, of every other round."""


@dataclass
class Campaign:
    """Kills on the back ends of `settings`, all chosen by `seed`. Without `engines` none of them is killed; without
    `reports` the story ends at the MART, and Spark is not needed.
    """

    settings: Settings
    folder: Path
    seed: int
    chapters: int = 7
    points: Sequence[Point] = POINTS
    engines: Engines | None = None
    reports: bool = True
    tally: Tally = field(default_factory=Tally)
    rounds: int = 0

    @cached_property
    def forks(self) -> Forks:
        """The processes that do the work."""
        return Forks(self.folder / "runs.log", self.engines.pids if self.engines else dict)

    @cached_property
    def scenery(self) -> Scenery:
        """Where the story is told."""
        return Scenery(self.settings, self.folder)

    @cached_property
    def _deck(self) -> Deck:
        return Deck(Random(f"{self.seed} kills"), self.points)

    @cached_property
    def story(self) -> list[Chapter]:
        """What happens to the shop, the same in every round."""
        return tell(self.seed, self.chapters)

    @cached_property
    def reference(self) -> list[ChapterHeld]:
        """What every chapter leaves when nobody disturbs it."""
        stages = INGESTING + (REPORTING if self.reports else ())
        return undisturbed(self.forks, self.scenery.new_scene(), self.story, stages)

    def play(self, on_chapter: Callable[[], None] = lambda: None) -> int:
        """One round; gives the number of kills. The tally is richer by it."""
        reference, before = self.reference, self.tally.total.kills
        whole = WHOLE_CHAPTERS[self.rounds % 2] if self.reports else frozenset[int]()
        self.rounds += 1
        # A shop whose first run is a whole one has no table yet: that run makes them.
        scene = self.scenery.new_scene(with_tables=0 not in whole)
        Round(
            self.forks, scene, self.story, reference, self._deck, self.tally,
            self.engines, whole, self.reports, on_chapter,
        ).run()  # fmt: skip
        return self.tally.total.kills - before
