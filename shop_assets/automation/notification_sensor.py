"""Notifies about failed runs and about checks that failed or warned, in successful runs too.

A check that does not block leaves its run successful, and Dagster's own failure sensors do not see it. So this sensor
follows all finished runs and looks into each. Its cursor advances only when the message is delivered: what Telegram
does not accept is sent by a later tick, together with whatever has come since.
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
from shop_assets.language.counts import counted
from shop_assets.language.translations import translations
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 30
RUNS_PER_TICK: Final = 100
"""Of each outcome: a tick after a long pause must not read all of history at once."""

FINISHED: Final = (DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE)
EventCursors = dict[str, str]
"""How far each kind of event was reported: Dagster's cursors, by the event's name."""


def build_notification_sensor(settings: Settings) -> SensorDefinition:
    """Build the sensor. It is always on and starts no run.

    Args:
        settings: The Telegram chat, if there is one, the address of Dagster's UI for links, and the language.

    Returns:
        The sensor `alerts`.
    """
    chat = TelegramChat.from_settings(settings)

    @sensor(
        name="alerts",
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Sends failed runs and checks to Telegram, or to this sensor's log if no chat is set.",
    )
    def alerts(context: SensorEvaluationContext) -> SensorResult:
        cursors: EventCursors = orjson.loads(context.cursor) if context.cursor else current_cursors(context.instance)
        run_ids, reached = finished_since(context.instance, cursors)
        found = [
            notification
            for run_id in run_ids
            if (notification := RunNotification.from_run(context.instance, run_id)) is not None
        ]
        if found:
            text = format_message(found, settings.dagster_url, translations(settings.language))
            if chat is None:
                context.log.warning(text)
            else:
                chat.send(text)
        summary = f"{counted(len(run_ids), 'run')} finished since the last tick; to be notified of: {len(found)}"
        return SensorResult(skip_reason=SkipReason(summary), cursor=orjson.dumps(reached).decode())

    return alerts


def current_cursors(instance: DagsterInstance) -> EventCursors:
    """The cursors after everything that has happened: the first tick reports no history."""
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
