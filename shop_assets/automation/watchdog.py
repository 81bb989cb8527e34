"""Notifies about what no run reports: data or a report that has not come, and schedules and sensors that fail or that
somebody has switched off.

The sensor `alerts` follows runs. A run that was never requested, that waits, or whose tick failed tells it nothing. A
daemon that is down runs no sensor either: Grafana's alert on the age of the data is for that.
"""

import time
from collections.abc import Collection, Mapping
from typing import Final

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from shop_assets.automation.failing_ticks import failing_ticks
from shop_assets.automation.late_results import Expected, late_results
from shop_assets.automation.notifications import notify
from shop_assets.automation.sensor_cursor import SensorCursor
from shop_assets.automation.switched_off import SwitchedOff, switched_off
from shop_assets.automation.telegram import TelegramChat
from shop_assets.language.translations import translations
from shop_assets.settings import Settings

NAME: Final = "watchdog"

INTERVAL_SECONDS: Final = 300


class Cursor(SensorCursor):
    """What was reported."""

    expected: Mapping[str, Expected] = {}
    failing: tuple[str, ...] = ()
    off: Mapping[str, SwitchedOff] = {}


def build_watchdog(settings: Settings, watched: Collection[str] = ()) -> SensorDefinition:
    """Build the sensor. It starts no run.

    Args:
        settings: When the schedules run and whether they are on from the start, the Telegram chat, and the language.
        watched: The names of the schedules and of the other sensors.

    Returns:
        The sensor `watchdog`.
    """
    chat = TelegramChat.from_settings(settings)

    @sensor(
        name=NAME,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING if settings.automation else DefaultSensorStatus.STOPPED,
        description="Reports data and reports that do not come in time, and schedules and sensors that fail or are "
        "switched off, to Telegram, or to this sensor's log if no chat is set.",
    )
    def watchdog(context: SensorEvaluationContext) -> SensorResult:
        lines, cursor = changes(context.instance, settings, Cursor.parse(context.cursor), time.time(), watched)
        if lines:
            text = "\n".join([*lines, settings.dagster_url.rstrip("/")])
            notify(context, chat, text)
        return SensorResult(skip_reason=SkipReason(f"to be notified of: {len(lines)}"), cursor=cursor.model_dump_json())

    return watchdog


def changes(
    instance: DagsterInstance, settings: Settings, before: Cursor, now: float, watched: Collection[str] = ()
) -> tuple[list[str], Cursor]:
    """What to report at `now` (seconds since 1970) that was not reported before, and the cursor after it.

    Args:
        instance: Dagster's instance.
        settings: When the schedules run, whether they should be on, the business time zone and the language.
        before: What was reported.
        now: The moment.
        watched: The names of the schedules and of the other sensors.

    Returns:
        A line for each change, and the next cursor.
    """
    words = translations(settings.language)
    late_lines, expected = late_results(instance, settings, before.expected, now, words)
    failing_lines, failing = failing_ticks(instance, NAME, before.failing, now, words)
    should_be_on = watched if settings.automation else ()  # otherwise they are off until somebody wants them
    off_lines, off = switched_off(instance, should_be_on, before.off, now, words)
    return late_lines + failing_lines + off_lines, Cursor(expected=expected, failing=failing, off=off)
