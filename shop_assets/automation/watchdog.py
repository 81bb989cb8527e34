"""Notifies about what no run reports: data or a report that has not come, and schedules and sensors that fail or that
somebody has switched off.

The sensor `alerts` follows runs. A run that was never requested, that waits, or whose tick failed tells it nothing. A
daemon that is down runs no sensor either: Grafana's alert on the age of the data is for that.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from typing import Final
from zoneinfo import ZoneInfo

from dagster import (
    AssetRecordsFilter,
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType, TickStatus
from pydantic import BaseModel, ConfigDict

from shop_assets.automation.freshness import MART_HOURS, REPORT_HOURS
from shop_assets.automation.sensor_cursor import SensorCursor
from shop_assets.automation.switched_off import SwitchedOff, switched_off
from shop_assets.automation.telegram import TelegramChat
from shop_assets.language.translations import translations
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, REPORT_CSV
from shop_assets.orchestration.partitions import yesterday
from shop_assets.orchestration.schedule_times import last_tick
from shop_assets.settings import Settings

NAME: Final = "watchdog"

INTERVAL_SECONDS: Final = 300

FAILED_TICKS: Final = {InstigatorType.SENSOR: 3, InstigatorType.SCHEDULE: 1}
"""So many in a row are reported. A sensor asks again within a minute or so; a schedule's next tick is a day away."""

RECENT_SECONDS: Final = 24 * 60 * 60
"""Older ticks are those of a schedule or sensor that no longer exists: Dagster keeps them."""

LOOKED_AT: Final = 50
"""Materializations since the deadline."""


@dataclass(frozen=True)
class Deadline:
    """What a schedule's last tick should have brought by now.

    Attributes:
        job: The schedule's job.
        tick: When the schedule ticked.
        day: The day of the report; None for the MART.
    """

    job: str
    tick: datetime
    day: date | None = None


class Expected(BaseModel):
    """Of a job: the tick whose result was looked for last, and whether it was late."""

    model_config = ConfigDict(frozen=True)

    tick: str
    late: bool = False


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
            if chat is None:
                context.log.warning(text)
            else:
                chat.send(text)
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
    late_lines, expected = _late(instance, settings, before.expected, now, words)
    failing_lines, failing = _failing(instance, before.failing, now, words)
    should_be_on = watched if settings.automation else ()  # otherwise they are off until somebody wants them
    off_lines, off = switched_off(instance, should_be_on, before.off, now, words)
    return late_lines + failing_lines + off_lines, Cursor(expected=expected, failing=failing, off=off)


def deadlines(settings: Settings, now: float) -> list[Deadline]:
    """The newest tick of each schedule whose result should be there.

    Args:
        settings: When the schedules run, and the business time zone.
        now: The moment, in seconds since 1970.

    Returns:
        The two deadlines.
    """
    moment = datetime.fromtimestamp(now, UTC)
    ingested = last_tick(settings.ingest_schedule, moment - timedelta(hours=MART_HOURS))
    reported = last_tick(settings.report_schedule, moment - timedelta(hours=REPORT_HOURS))
    day = yesterday(reported, ZoneInfo(settings.timezone))
    return [Deadline("ingest", ingested), Deadline("daily_report", reported, day)]


def _late(
    instance: DagsterInstance, settings: Settings, before: Mapping[str, Expected], now: float, words: NullTranslations
) -> tuple[list[str], dict[str, Expected]]:
    lines: list[str] = []
    after: dict[str, Expected] = {}
    for deadline in deadlines(settings, now):
        tick = deadline.tick.isoformat()
        known = before.get(deadline.job)
        if known is None:  # nobody was there to meet a deadline before the first tick
            known = Expected(tick=tick)
        is_late = (known.late or known.tick != tick) and not _has_come(instance, deadline, settings)
        if is_late and known != Expected(tick=tick, late=True):
            lines.append(_late_line(deadline, words))
        elif known.late and not is_late:
            lines.append(_come_line(deadline, words))
        after[deadline.job] = Expected(tick=tick, late=is_late)
    return lines, after


def _has_come(instance: DagsterInstance, deadline: Deadline, settings: Settings) -> bool:
    if deadline.day is None:
        return _has_mart_since(instance, deadline.tick)
    if deadline.day < settings.first_day:
        return True
    wanted = AssetRecordsFilter(REPORT_CSV, asset_partitions=[deadline.day.isoformat()])
    return bool(instance.fetch_materializations(wanted, limit=1).records)


def _has_mart_since(instance: DagsterInstance, moment: datetime) -> bool:
    """Whether a run that succeeded materialized the MART: one whose checks failed has brought nothing to rely on."""
    wanted = AssetRecordsFilter(CLICKHOUSE_MART, after_timestamp=moment.timestamp())
    run_ids = {record.run_id for record in instance.fetch_materializations(wanted, limit=LOOKED_AT).records}
    runs = map(instance.get_run_by_id, run_ids)
    return any(run is not None and run.status is DagsterRunStatus.SUCCESS for run in runs)


def _failing(
    instance: DagsterInstance, before: tuple[str, ...], now: float, words: NullTranslations
) -> tuple[list[str], tuple[str, ...]]:
    states = [
        state
        for state in instance.all_instigator_state()
        if state.status is not InstigatorStatus.STOPPED
        and state.instigator_type in FAILED_TICKS
        and state.instigator_name != NAME  # it notifies of the others: while it runs, it is well
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


def _late_line(deadline: Deadline, words: NullTranslations) -> str:
    if deadline.day is None:
        text = words.gettext("⏰ После {tick} UTC данные не обновлены: нет успешного запуска до MART. Смотрите {job}.")
        return text.format(tick=f"{deadline.tick:%Y-%m-%d %H:%M}", job=deadline.job)
    return words.gettext("⏰ Нет отчёта за {day}. Смотрите {job}.").format(day=deadline.day, job=deadline.job)


def _come_line(deadline: Deadline, words: NullTranslations) -> str:
    if deadline.day is None:
        return words.gettext("✅ Данные обновлены.")
    return words.gettext("✅ Отчёт за {day} готов.").format(day=deadline.day)
