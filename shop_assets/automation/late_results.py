"""Data and reports that have not come by their deadline, and that have come after all.

A deadline is a schedule's tick and the time that its run may take (`freshness.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from typing import Final
from zoneinfo import ZoneInfo

from dagster import AssetRecordsFilter, DagsterInstance, DagsterRunStatus
from pydantic import BaseModel, ConfigDict

from shop_assets.automation.freshness import MART_HOURS, REPORT_HOURS
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, REPORT_CSV
from shop_assets.orchestration.partitions import yesterday
from shop_assets.orchestration.schedule_times import last_tick
from shop_assets.settings import Settings

LOOKED_AT: Final = 50
"""Materializations of MART since the tick: some of their runs may have failed."""


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


def late_results(
    instance: DagsterInstance, settings: Settings, before: Mapping[str, Expected], now: float, words: NullTranslations
) -> tuple[list[str], dict[str, Expected]]:
    """Find the results that are late, and those that were late and have come.

    Args:
        instance: Dagster's instance.
        settings: When the schedules run, the first day of the report, and the business time zone.
        before: What was expected at the tick before, by job.
        now: The moment, in seconds since 1970.
        words: The language of the lines.

    Returns:
        A line for each change, and what is expected now, by job.
    """
    lines: list[str] = []
    after: dict[str, Expected] = {}
    for deadline in deadlines(settings, now):
        tick = deadline.tick.isoformat()
        known = before.get(deadline.job)
        if known is None:  # nobody was there to meet a deadline before the first tick
            known = Expected(tick=tick)
        is_late = (known.late or known.tick != tick) and not _has_arrived(instance, deadline, settings)
        if is_late and known != Expected(tick=tick, late=True):
            lines.append(_late_line(deadline, words))
        elif known.late and not is_late:
            lines.append(_arrived_line(deadline, words))
        after[deadline.job] = Expected(tick=tick, late=is_late)
    return lines, after


def _has_arrived(instance: DagsterInstance, deadline: Deadline, settings: Settings) -> bool:
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


def _late_line(deadline: Deadline, words: NullTranslations) -> str:
    if deadline.day is None:
        text = words.gettext("⏰ После {tick} UTC данные не обновлены: нет успешного запуска до MART. Смотрите {job}.")
        return text.format(tick=f"{deadline.tick:%Y-%m-%d %H:%M}", job=deadline.job)
    return words.gettext("⏰ Нет отчёта за {day}. Смотрите {job}.").format(day=deadline.day, job=deadline.job)


def _arrived_line(deadline: Deadline, words: NullTranslations) -> str:
    if deadline.day is None:
        return words.gettext("✅ Данные обновлены.")
    return words.gettext("✅ Отчёт за {day} готов.").format(day=deadline.day)
