"""A scenario run with kills: after each of them the next run, undisturbed, and a comparison.

A phase is run stage by stage, with a kill in each stage, or as a whole by Dagster, with one kill. After the last one
comes what a person starts beside the runs and what is asked about personal data, with a kill in each.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from shop_assets.documents.kinds import KINDS
from shop_assets_tests.faults.forked import Ending, Forks, HangError
from shop_assets_tests.faults.kills import SERVICES, Kill
from shop_assets_tests.faults.maintenance import MAINTENANCE
from shop_assets_tests.faults.point_order import PointOrder
from shop_assets_tests.faults.points import ANY_STAGE, Point
from shop_assets_tests.faults.reference import PhaseState, differences_from
from shop_assets_tests.faults.requests import REQUESTS, requests_of
from shop_assets_tests.faults.scenario import Scenario
from shop_assets_tests.faults.services import Services
from shop_assets_tests.faults.stages import STAGES, ScenarioEnvironment, warehouse
from shop_assets_tests.faults.tally import Tally
from shop_assets_tests.faults.whole_run import everything

INGESTING: Final = ("landing", "documents", "topics", "raw", "mart")
REPORTING: Final = ("features", "load", "report")
WHOLE: Final = "whole run"
WHOLE_RUNS: Final = ((ANY_STAGE, *INGESTING), (ANY_STAGE,), (ANY_STAGE, *REPORTING))
"""Where the three whole runs of a round are killed."""

WHOLE_RUN_SECONDS: Final = 25.0
"""A whole run takes about so long undisturbed, until one was measured."""


class NotRecoveredError(AssertionError):
    """Something was not recovered: what follows in this run of the scenario would only show it again."""


@dataclass
class Round:
    """One run of the scenario. `whole` are the numbers of the phases that are whole runs, three at most; the features
    and what follows them are disturbed stage by stage in the last phase, where `reports` says so.
    """

    forks: Forks
    environment: ScenarioEnvironment
    scenario: Scenario
    reference: Sequence[PhaseState]
    point_order: PointOrder
    tally: Tally
    services: Services | None = None
    whole: frozenset[int] = frozenset()
    reports: bool = True
    on_phase: Callable[[], None] = lambda: None
    _whole_seconds: float = WHOLE_RUN_SECONDS

    def run(self) -> None:
        """Plays the scenario to its end, or until something was not recovered; the tally has the result."""
        with suppress(NotRecoveredError):
            for number, phase in enumerate(self.scenario.phases):
                phase.apply(self.environment)
                if number in self.whole:
                    self._disturb_whole_run(number)
                else:
                    self._disturb_stages(number, INGESTING, self.environment)
                self.on_phase()
            self._disturb_maintenance(len(self.scenario.phases) - 1)
            self._disturb_requests(len(self.scenario.phases))
            if self.reports:
                for day in self.environment.days:
                    self._disturb_stages(len(self.reference) - 1, REPORTING, replace(self.environment, days=(day,)))

    def _disturb_stages(self, number: int, stages: Sequence[str], environment: ScenarioEnvironment) -> None:
        for stage in stages:
            if stage == "raw":
                self._leave_mart_behind()
            has_older = bool(self.whole) and environment.days == self.environment.days[:1]
            point = self._point([stage], number, has_older=has_older)
            self._disturb(
                STAGES[stage], environment, number, point, _up_to(stage), self.reference[number].seconds[stage]
            )

    def _disturb_maintenance(self, number: int) -> None:
        for name, (work, stage) in MAINTENANCE.items():
            compared = _up_to(stage)
            self._disturb(
                work,
                self.environment,
                number,
                self._point([name], number),
                compared,
                self.reference[number].seconds[stage],
            )
            for following in INGESTING[len(compared) :]:
                self._disturb(STAGES[following], self.environment, number, None, (), 0)

    def _disturb_requests(self, first: int) -> None:
        for number, request in enumerate(requests_of(self.scenario), start=first):
            self.environment = request.asked(self.environment)
            self._disturb(
                REQUESTS[request.name],
                self.environment,
                number,
                self._point([request.name], number),
                [*INGESTING, *REQUESTS],
                self.reference[number].seconds[request.name],
            )

    def _disturb_whole_run(self, number: int) -> None:
        environment = replace(self.environment, days=self.environment.days[:1])
        order = sorted(self.whole).index(number)
        point = self._point(WHOLE_RUNS[order], number, has_older=order > 0, is_whole=True)
        self._disturb(everything, environment, number, point, list(STAGES), self._whole_seconds)

    def _point(
        self, stages: Sequence[str], number: int, *, has_older: bool = False, is_whole: bool = False
    ) -> Point | None:
        def is_possible(point: Point) -> bool:
            return (
                (self.services is not None or point.victim not in SERVICES)
                and (not is_whole or not point.is_of_stage_only)
                and point.needs_snapshot in (None, number == 0)
                and (has_older or not point.needs_older)
            )

        return self.point_order.next_point(stages, is_possible)

    def _disturb(
        self,
        work: Callable[[ScenarioEnvironment], None],
        environment: ScenarioEnvironment,
        number: int,
        point: Point | None,
        compared: Sequence[str],
        usual_seconds: float,
    ) -> None:
        """The work with a kill at the point, the work again, and the comparison; without a point only the work."""
        kill = None
        if point is not None:
            kill = point.kill(self.point_order.random, usual_seconds, first_call=work is everything)
        first = self._run(work, environment, kill)
        if not first.struck:
            self.tally.not_reached += kill is not None
            if not first.succeeded:
                self._fail(number, work, kill, f"fails undisturbed\n{self.forks.end_of_log()}")
            return
        assert point is not None
        assert kill is not None
        title = f"{WHOLE}, {point.title}" if work is everything else point.title
        self.tally.kill_happened(title)
        if self.services is not None and kill.victim in SERVICES:
            self.services.wait()
        following = self._run(work, environment, None)
        if not following.succeeded:
            self._fail(number, work, kill, f"the next run fails\n{self.forks.end_of_log()}")
        if work is everything:
            self._whole_seconds = following.seconds
        found = differences_from(self.reference[number], environment, compared)
        self.tally.kill_was_followed(title, found)
        if found:
            self._fail(number, work, kill, "; ".join(map(str, found)))

    def _run(
        self, work: Callable[[ScenarioEnvironment], None], environment: ScenarioEnvironment, kill: Kill | None
    ) -> Ending:
        try:
            return self.forks.run(work, environment, kill=kill)
        except HangError as error:
            self.tally.complaints.append(str(error))
            raise NotRecoveredError from error

    def _fail(self, number: int, work: Callable[[ScenarioEnvironment], None], kill: Kill | None, what: str) -> NoReturn:
        complaint = f"phase {number}, {work.__name__}, {kill or 'no kill'}: {what}"
        self.tally.complaints.append(complaint)
        raise NotRecoveredError(complaint)

    def _leave_mart_behind(self) -> None:
        """Two views are gone while RAW is filled, as when they failed: MART has something to repair."""
        with warehouse(self.environment.settings) as client:
            for kind in self.point_order.random.sample(KINDS, 2):
                client.command(f"DROP VIEW IF EXISTS mart.{kind.name}_cleaning")


def _up_to(stage: str) -> Sequence[str]:
    return list(STAGES)[: list(STAGES).index(stage) + 1]
