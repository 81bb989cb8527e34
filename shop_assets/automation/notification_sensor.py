"""Notifies about failed runs and about checks that failed or warned, in successful runs too.

A check that does not block leaves its run successful, and Dagster's own failure sensors do not see it. So this sensor
follows all finished runs and looks into each. Its cursor advances only when the message is delivered: what Telegram
does not accept is sent by a later tick, together with whatever has come since.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, Self

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
from pydantic import BaseModel, ConfigDict

from shop_assets.automation.notifications import RunNotification, format_message, notify
from shop_assets.automation.telegram import TelegramChat
from shop_assets.language.counts import counted
from shop_assets.language.translations import translations
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 30
RUNS_PER_TICK: Final = 100
"""Of each outcome: a tick after a long pause must not read all of history at once."""

FINISHED: Final = (DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE)
REPORTED_AGAIN_SECONDS: Final = 12 * 60 * 60
"""A check that keeps failing in runs that succeed: people know, and should not forget."""

EventCursors = dict[str, str]
"""How far each kind of event was reported: Dagster's cursors, by the event's name."""


class Cursor(BaseModel):
    """How far the runs were reported, and when each check that does not pass was reported last (Unix seconds)."""

    model_config = ConfigDict(frozen=True)

    events: EventCursors
    reported: dict[str, float] = {}

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor of the last tick; that of an earlier release has the events alone."""
        known = orjson.loads(text)
        return cls.model_validate(known if "events" in known else {"events": known})


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
        cursor = Cursor.parse(context.cursor) if context.cursor else Cursor(events=current_cursors(context.instance))
        run_ids, reached = finished_since(context.instance, cursor.events)
        finished = (RunNotification.from_run(context.instance, run_id) for run_id in run_ids)
        found, recovered, reported = news(filter(None, finished), cursor.reported, time.time())
        if found or recovered:
            text = format_message(found, settings.dagster_url, translations(settings.language), recovered)
            notify(context, chat, text)
        summary = f"{counted(len(run_ids), 'run')} finished since the last tick; to be notified of: {len(found)}"
        updated = Cursor(events=reached, reported=reported)
        return SensorResult(skip_reason=SkipReason(summary), cursor=updated.model_dump_json())

    return alerts


def news(
    finished: Iterable[RunNotification], reported: Mapping[str, float], now: float
) -> tuple[list[RunNotification], list[str], dict[str, float]]:
    """What is new about finished runs.

    Args:
        finished: The runs, in the order of their ends.
        reported: The checks that do not pass, and when each was reported.
        now: In seconds since 1970.

    Returns:
        The runs to report, without the checks that were reported lately unless the run failed; the reported checks that
        pass again; and the checks that do not pass now.
    """
    known = dict(reported)
    found: list[RunNotification] = []
    recovered: dict[str, None] = {}
    for run in finished:
        unreported = tuple(
            check for check in run.checks if run.is_failed or now - known.get(check.key, 0.0) >= REPORTED_AGAIN_SECONDS
        )
        recovered |= dict.fromkeys(key for key in run.passed if known.pop(key, None) is not None)
        for check in unreported:
            known[check.key] = now
            recovered.pop(check.key, None)
        if run.is_failed or unreported:
            found.append(replace(run, checks=unreported))
    return found, list(recovered), known


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
