"""What a scenario leaves behind when nobody disturbs it: every run with kills is compared with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shop_assets_tests.faults.comparison import Difference, differences
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.scenario import Phase
from shop_assets_tests.faults.stages import STAGES, ScenarioEnvironment
from shop_assets_tests.faults.stored_state import OFFSETS, STATE_READERS, StateCounts, offsets_in_kafka


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
    forks: Forks, environment: ScenarioEnvironment, phases: Sequence[Phase], stages: Sequence[str]
) -> list[PhaseState]:
    """Plays the scenario through these stages. Raises AssertionError when a stage fails."""
    states = []
    for phase in phases:
        phase.apply(environment)
        seconds = {}
        for stage in stages:
            ending = forks.run(STAGES[stage], environment)
            assert ending.succeeded, f"{stage} fails without any kill:\n{forks.end_of_log()}"
            seconds[stage] = ending.seconds
        states.append(PhaseState(read_state(environment, stages), seconds))
    return states
