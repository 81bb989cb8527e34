"""A story told with kills: after each of them the next run, undisturbed, and a comparison.

A chapter is run stage by stage, with a kill in each stage, or as a whole by Dagster, with one kill. After the last one
comes what a person starts beside the runs, with a kill in each.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from shop_assets.documents.kinds import KINDS
from shop_assets_tests.faults.deck import Deck
from shop_assets_tests.faults.engines import Engines
from shop_assets_tests.faults.forked import Ending, Forks, HangError
from shop_assets_tests.faults.kills import ENGINES, Kill
from shop_assets_tests.faults.points import ANY_STAGE, Point
from shop_assets_tests.faults.reference import ChapterHeld, differences_from
from shop_assets_tests.faults.stages import STAGES, Scene, warehouse
from shop_assets_tests.faults.story import Chapter
from shop_assets_tests.faults.tally import Tally
from shop_assets_tests.faults.upkeep import UPKEEP
from shop_assets_tests.faults.whole import everything

INGESTING: Final = ("landing", "documents", "topics", "raw", "mart")
REPORTING: Final = ("features", "load", "report")
WHOLE: Final = "whole run"
WHOLE_RUNS: Final = ((ANY_STAGE, *INGESTING), (ANY_STAGE,), (ANY_STAGE, *REPORTING))
"""Where the three whole runs of a round are killed."""

WHOLE_RUN_SECONDS: Final = 25.0
"""A whole run takes about so long undisturbed, until one was measured."""


class SpoiledError(AssertionError):
    """Something was not made good: what follows in this telling of the story would only show it again."""


@dataclass
class Round:
    """One telling. `whole` are the numbers of the chapters that are whole runs, three at most; the features and what
    follows them are disturbed stage by stage in the last chapter, where `reports` says so.
    """

    forks: Forks
    scene: Scene
    chapters: Sequence[Chapter]
    reference: Sequence[ChapterHeld]
    deck: Deck
    tally: Tally
    engines: Engines | None = None
    whole: frozenset[int] = frozenset()
    reports: bool = True
    on_chapter: Callable[[], None] = lambda: None
    _whole_seconds: float = WHOLE_RUN_SECONDS

    def run(self) -> None:
        """Tells the story to its end, or until something was not made good; the tally knows what happened."""
        with suppress(SpoiledError):
            for number, chapter in enumerate(self.chapters):
                chapter.happen(self.scene)
                if number in self.whole:
                    self._disturb_whole_run(number)
                else:
                    self._disturb_stages(number, INGESTING, self.scene)
                self.on_chapter()
            self._disturb_upkeep(len(self.chapters) - 1)
            if self.reports:
                for day in self.scene.days:
                    self._disturb_stages(len(self.chapters) - 1, REPORTING, replace(self.scene, days=(day,)))

    def _disturb_stages(self, number: int, stages: Sequence[str], scene: Scene) -> None:
        for stage in stages:
            if stage == "raw":
                self._leave_mart_behind()
            has_older = bool(self.whole) and scene.days == self.scene.days[:1]
            point = self._point([stage], number, has_older=has_older)
            self._disturb(STAGES[stage], scene, number, point, _up_to(stage), self.reference[number].seconds[stage])

    def _disturb_upkeep(self, number: int) -> None:
        for name, (work, stage) in UPKEEP.items():
            compared = _up_to(stage)
            self._disturb(
                work, self.scene, number, self._point([name], number), compared, self.reference[number].seconds[stage]
            )
            for following in INGESTING[len(compared) :]:
                self._disturb(STAGES[following], self.scene, number, None, (), 0)

    def _disturb_whole_run(self, number: int) -> None:
        scene = replace(self.scene, days=self.scene.days[:1])
        order = sorted(self.whole).index(number)
        point = self._point(WHOLE_RUNS[order], number, has_older=order > 0, is_whole=True)
        self._disturb(everything, scene, number, point, list(STAGES), self._whole_seconds)

    def _point(
        self, stages: Sequence[str], number: int, *, has_older: bool = False, is_whole: bool = False
    ) -> Point | None:
        def is_possible(point: Point) -> bool:
            return (
                (self.engines is not None or point.victim not in ENGINES)
                and (not is_whole or not point.is_of_stage_only)
                and point.needs_snapshot in (None, number == 0)
                and (has_older or not point.needs_older)
            )

        return self.deck.deal(stages, is_possible)

    def _disturb(
        self,
        work: Callable[[Scene], None],
        scene: Scene,
        number: int,
        point: Point | None,
        compared: Sequence[str],
        usual_seconds: float,
    ) -> None:
        """The work with a kill at the point, the work again, and the comparison; without a point only the work."""
        kill = None
        if point is not None:
            kill = point.kill(self.deck.random, usual_seconds, first_call=work is everything)
        first = self._run(work, scene, kill)
        if not first.struck:
            self.tally.not_reached += kill is not None
            if not first.succeeded:
                self._spoil(number, work, kill, f"fails undisturbed\n{self.forks.end_of_log()}")
            return
        assert point is not None
        assert kill is not None
        title = f"{WHOLE}, {point.title}" if work is everything else point.title
        self.tally.kill_happened(title)
        if self.engines is not None and kill.victim in ENGINES:
            self.engines.wait()
        following = self._run(work, scene, None)
        if not following.succeeded:
            self._spoil(number, work, kill, f"the next run fails\n{self.forks.end_of_log()}")
        if work is everything:
            self._whole_seconds = following.seconds
        found = differences_from(self.reference[number], scene, compared)
        self.tally.kill_was_followed(title, found)
        if found:
            self._spoil(number, work, kill, "; ".join(map(str, found)))

    def _run(self, work: Callable[[Scene], None], scene: Scene, kill: Kill | None) -> Ending:
        try:
            return self.forks.run(work, scene, kill=kill)
        except HangError as error:
            self.tally.complaints.append(str(error))
            raise SpoiledError from error

    def _spoil(self, number: int, work: Callable[[Scene], None], kill: Kill | None, what: str) -> NoReturn:
        complaint = f"chapter {number}, {work.__name__}, {kill or 'no kill'}: {what}"
        self.tally.complaints.append(complaint)
        raise SpoiledError(complaint)

    def _leave_mart_behind(self) -> None:
        """Two views are gone while RAW is filled, as when they failed: MART has something to be mended."""
        with warehouse(self.scene.settings) as client:
            for kind in self.deck.random.sample(KINDS, 2):
                client.command(f"DROP VIEW IF EXISTS mart.{kind.name}_cleaning")


def _up_to(stage: str) -> Sequence[str]:
    return list(STAGES)[: list(STAGES).index(stage) + 1]
