"""What a scenario leaves behind when nobody disturbs it: every run with kills is compared with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shop_assets_tests.faults.comparison import Difference, differences
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.requests import REQUESTS, requests_of
from shop_assets_tests.faults.scenario import Scenario
from shop_assets_tests.faults.stages import STAGES, ScenarioEnvironment
from shop_assets_tests.faults.stored_state import (
    ERASED,
    JOINED,
    OFFSETS,
    OLDER_KEYS,
    STATE_READERS,
    StateCounts,
    offsets_in_kafka,
)


@dataclass(frozen=True)
class PhaseState:
    """What the services held after a phase, by the name of what was counted, and how many seconds each stage took."""

    state: dict[str, StateCounts] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def read_state(environment: ScenarioEnvironment, stages: Sequence[str]) -> dict[str, StateCounts]:
    """What these stages have stored, by the name of what is counted."""
    return {name: counts for stage in stages for name, counts in STATE_READERS[stage](environment)}


def differences_from(expected: PhaseState, environment: ScenarioEnvironment, stages: Sequence[str]) -> list[Difference]:
    """Where an environment holds something else than is expected, as far as these stages made it.

    RAW's offsets are compared with Kafka: each message that the topics have, once.
    """
    found = read_state(environment, stages)
    state = dict(expected.state)
    if OFFSETS in found:
        state[OFFSETS] = offsets_in_kafka(environment.settings)
    return differences(state, found)


def undisturbed(
    forks: Forks,
    environment: ScenarioEnvironment,
    scenario: Scenario,
    ingesting: Sequence[str],
    reporting: Sequence[str],
) -> list[PhaseState]:
    """Plays the scenario through these stages: a state for each phase and each request, the last one with reports.

    Raises AssertionError when a stage fails, or leaves what a request is about.
    """
    stages = (*ingesting, *reporting)
    states = []
    for phase in scenario.phases:
        phase.apply(environment)
        own = ingesting if phase is scenario.phases[-1] else stages
        seconds = {stage: _seconds(forks, STAGES[stage], environment) for stage in own}
        states.append(PhaseState(read_state(environment, own), seconds))
    joined = dict(STATE_READERS["rotation"](environment))[JOINED]
    for request in requests_of(scenario):
        environment = request.asked(environment)
        seconds = {request.name: _seconds(forks, REQUESTS[request.name], environment)}
        state = read_state(environment, [*ingesting, *REQUESTS])
        assert not state[OLDER_KEYS], state[OLDER_KEYS]
        assert not state[ERASED], state[ERASED]
        assert request.name != "rotation" or state[JOINED] == joined, (joined, state[JOINED])
        joined = state[JOINED]
        states.append(PhaseState(state, seconds))
    seconds = {stage: _seconds(forks, STAGES[stage], environment) for stage in reporting}
    states[-1].state.update(read_state(environment, reporting))
    states[-1].seconds.update(seconds)
    return states


def _seconds(forks: Forks, work: Callable[[ScenarioEnvironment], None], environment: ScenarioEnvironment) -> float:
    ending = forks.run(work, environment)
    assert ending.succeeded, f"{work.__name__} fails without any kill:\n{forks.end_of_log()}"
    return ending.seconds
