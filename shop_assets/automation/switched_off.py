"""Schedules and sensors that were switched off in the UI and forgotten: nothing fails, and nothing is requested.

Dagster records that one is off, but not since when: that is the tick at which this was seen first.
"""

from collections.abc import Collection, Mapping
from gettext import NullTranslations
from typing import Final

from dagster import DagsterInstance
from dagster._core.scheduler.instigation import InstigatorStatus
from pydantic import BaseModel, ConfigDict

LONG_SECONDS: Final = 24 * 60 * 60
"""Somebody who switches one off for maintenance switches it on again on the same day."""


class SwitchedOff(BaseModel):
    """When a schedule or sensor was first seen off, in seconds since 1970, and whether that was reported."""

    model_config = ConfigDict(frozen=True)

    since: float
    reported: bool = False


def switched_off(
    instance: DagsterInstance,
    names: Collection[str],
    before: Mapping[str, SwitchedOff],
    now: float,
    words: NullTranslations,
) -> tuple[list[str], dict[str, SwitchedOff]]:
    """Find what has been off for long, and what is on again.

    Args:
        instance: Dagster's instance.
        names: The schedules and sensors that should be on.
        before: What was off at the tick before.
        now: The moment, in seconds since 1970.
        words: The language of the lines.

    Returns:
        A line for each that was not reported before, and what is off now.
    """
    after = {name: before.get(name, SwitchedOff(since=now)) for name in _off(instance, names)}
    long_off = {name for name, one in after.items() if not one.reported and now - one.since >= LONG_SECONDS}
    after |= {name: SwitchedOff(since=after[name].since, reported=True) for name in long_off}
    is_off = words.gettext("⏸️ {name}: больше суток выключено. Включается в Automation.")
    is_on = words.gettext("✅ {name}: снова включено.")
    lines = [is_off.format(name=name) for name in sorted(long_off)]
    # One that is no longer in `names` is not on: it was removed, or may be off now.
    lines += [
        is_on.format(name=name) for name in names if name in before and before[name].reported and name not in after
    ]
    return lines, after


def _off(instance: DagsterInstance, names: Collection[str]) -> list[str]:
    statuses: dict[str, set[InstigatorStatus]] = {}
    for state in instance.all_instigator_state():
        # A code location that was renamed has left states under the same names.
        statuses.setdefault(state.instigator_name, set()).add(state.status)
    return sorted(name for name in names if statuses.get(name) == {InstigatorStatus.STOPPED})
