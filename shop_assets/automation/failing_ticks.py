"""Schedules and sensors whose ticks fail: nothing is requested, and no run reports it."""

from gettext import NullTranslations
from typing import Final

from dagster import DagsterInstance
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType, TickStatus

FAILED_TICKS: Final = {InstigatorType.SENSOR: 3, InstigatorType.SCHEDULE: 1}
"""This many failed ticks in a row are reported. A sensor asks again within a minute or so; a schedule's next tick is a
day away."""

RECENT_SECONDS: Final = 24 * 60 * 60
"""Older ticks are those of a schedule or sensor that no longer exists: Dagster keeps them."""


def failing_ticks(
    instance: DagsterInstance, except_for: str, before: tuple[str, ...], now: float, words: NullTranslations
) -> tuple[list[str], tuple[str, ...]]:
    """Find the schedules and sensors whose ticks fail, and those whose ticks succeed again.

    Args:
        instance: Dagster's instance.
        except_for: The sensor that asks: while it runs, it is well.
        before: The names of those that were failing at the tick before.
        now: The moment, in seconds since 1970.
        words: The language of the lines.

    Returns:
        A line for each change, and the names of those that are failing now, sorted.
    """
    states = [
        state
        for state in instance.all_instigator_state()
        if state.status is not InstigatorStatus.STOPPED
        and state.instigator_type in FAILED_TICKS
        and state.instigator_name != except_for
    ]
    latest: dict[str, list[TickStatus]] = {}
    for state in states:
        # A code location that was renamed has left states without ticks under the same names.
        latest[state.instigator_name] = _latest_ticks(instance, state, now) or latest.get(state.instigator_name, [])
    needed = {state.instigator_name: FAILED_TICKS[state.instigator_type] for state in states}
    failing = {
        name for name, ticks in latest.items() if len(ticks) == needed[name] and set(ticks) == {TickStatus.FAILURE}
    }
    # One that fails now and then is neither failing nor well.
    failing |= {name for name in before if latest.get(name, [])[:1] == [TickStatus.FAILURE]}
    failed = words.gettext("⚠️ {name}: тики завершаются ошибкой, и ничего не запускается. Ошибка — в Automation.")
    again = words.gettext("✅ {name}: тики снова успешны.")
    lines = [failed.format(name=name) for name in sorted(failing - set(before))]
    lines += [again.format(name=name) for name in before if name not in failing and latest.get(name)]
    return lines, tuple(sorted(failing))


def _latest_ticks(instance: DagsterInstance, state: InstigatorState, now: float) -> list[TickStatus]:
    """The outcomes of its latest ticks that have ended, the newest first."""
    ended = [TickStatus.SUCCESS, TickStatus.SKIPPED, TickStatus.FAILURE]
    ticks = instance.get_ticks(
        state.instigator_origin_id,
        state.selector_id,
        after=now - RECENT_SECONDS,
        limit=FAILED_TICKS[state.instigator_type],
        statuses=ended,
    )
    return [tick.status for tick in ticks]
