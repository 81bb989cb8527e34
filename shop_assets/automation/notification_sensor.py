"""Tells people of failed runs and of failed or warning checks, those in green runs too.

A check that does not block leaves its run green, and Dagster's own failure sensors do not see it. So this sensor
follows all finished runs, and looks into each of them. Its cursor moves on only when the message is delivered: what
Telegram does not take is told by a later tick, together with what has come since.
"""

from typing import Final

import orjson
from dagster import (
    DagsterEventType,
    DagsterInstance,
    DefaultSensorStatus,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from shop_assets.automation.notifications import RunNotification, format_message
from shop_assets.automation.telegram import TelegramChat
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 30
RUNS_PER_TICK: Final = 100
"""Of each outcome: a tick that comes after long must not read all of history at once."""

FINISHED: Final = (DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE)
EventCursors = dict[str, str]
"""How far each kind of event was told: Dagster's cursors, by the event's name."""


def build_notification_sensor(settings: Settings) -> SensorDefinition:
    """The sensor; it is always on, and starts no run."""
    chat = TelegramChat.from_settings(settings)

    @sensor(
        name="alerts",
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Failed runs and checks that did not pass go to Telegram, or to this sensor's log without one.",
    )
    def alerts(context: SensorEvaluationContext) -> SensorResult:
        cursors: EventCursors = orjson.loads(context.cursor) if context.cursor else now(context.instance)
        run_ids, reached = finished_since(context.instance, cursors)
        found = [
            notification
            for run_id in run_ids
            if (notification := RunNotification.from_run(context.instance, run_id)) is not None
        ]
        if found:
            text = format_message(found, settings.dagster_url)
            if chat is None:
                context.log.warning(text)
            else:
                chat.send(text)
        summary = f"{len(run_ids)} runs are done since the last tick; there is something to tell of {len(found)}"
        return SensorResult(skip_reason=SkipReason(summary), cursor=orjson.dumps(reached).decode())

    return alerts


def now(instance: DagsterInstance) -> EventCursors:
    """The cursors behind all that has happened: the first tick tells no history."""
    return {kind.value: instance.fetch_run_status_changes(kind, limit=1).cursor for kind in FINISHED}


def finished_since(instance: DagsterInstance, cursors: EventCursors) -> tuple[list[str], EventCursors]:
    """The runs that ended since the cursors, failed ones too, in the order of their ends, and the new cursors."""
    ends: list[tuple[float, str]] = []
    reached = dict(cursors)
    for kind in FINISHED:
        changes = instance.fetch_run_status_changes(
            kind, limit=RUNS_PER_TICK, cursor=cursors.get(kind.value), ascending=True
        )
        ends += [(record.timestamp, record.run_id) for record in changes.records]
        reached[kind.value] = changes.cursor
    return [run_id for _, run_id in sorted(ends)], reached
