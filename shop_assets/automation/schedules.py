"""Schedules of the jobs: the MART at 06:00 UTC, yesterday's report at 10:00, unless settings say otherwise.

They are on from the start only if `SHOP_AUTOMATION` is set: a stack on a laptop should not run jobs that nobody
requested.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from shop_assets.automation.jobs import daily_report, ingest
from shop_assets.automation.runs_of_days import MOST_AUTOMATIC_RUNS, days_in_progress, finished_automatic_runs
from shop_assets.automation.up_to_date import (
    REPORT_TIMEOUT_SECONDS,
    days_without_report,
    is_up_to_date,
    with_timeout,
)
from shop_assets.language.counts import counted
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.automatic_runs import AUTOMATIC_TAGS
from shop_assets.orchestration.mart_blocking_checks import failed_blocking_checks
from shop_assets.orchestration.partitions import daily_partitions, yesterday
from shop_assets.orchestration.schedule_times import require_cron
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.resource import ClickHouseResource

PRIORITY_TAG: Final = "dagster/priority"


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """Build the two schedules.

    Args:
        settings: When they run, whether they are on, and the business time zone, whose last complete day the report is
            about.

    Returns:
        The schedules.

    Raises:
        SettingsError: A schedule is not a cron expression.
    """
    require_cron(settings.ingest_schedule, "ingest_schedule")
    require_cron(settings.report_schedule, "report_schedule")
    return [_ingest_every_morning(settings), _report_of_yesterday(settings)]


def _status(settings: Settings) -> DefaultScheduleStatus:
    return DefaultScheduleStatus.RUNNING if settings.automation else DefaultScheduleStatus.STOPPED


def _ingest_every_morning(settings: Settings) -> ScheduleDefinition:
    return ScheduleDefinition(
        name="ingest_every_morning",
        job=ingest,
        # Hours before the report, so that a failed morning can be fixed in time.
        cron_schedule=settings.ingest_schedule,
        execution_timezone="UTC",
        tags=AUTOMATIC_TAGS,
        default_status=_status(settings),
        description="From the JSON files to the MART.",
    )


def _report_of_yesterday(settings: Settings) -> ScheduleDefinition:
    partitions = daily_partitions(settings)

    @schedule(
        job=daily_report,
        cron_schedule=settings.report_schedule,
        execution_timezone="UTC",
        default_status=_status(settings),
        description="Yesterday's features and CSV, unless they are already published from the same inputs; and "
        "those of the two weeks before it that lack a report.",
    )
    def report_of_yesterday(
        context: ScheduleEvaluationContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
    ) -> list[RunRequest] | SkipReason:
        day = yesterday(context.scheduled_execution_time, ZoneInfo(settings.timezone))
        if day < settings.first_day:
            return SkipReason(f"the first report is that of {settings.first_day} ({variable('first_day')})")
        requests = [RunRequest(run_key=day.isoformat(), partition_key=day.isoformat(), tags=AUTOMATIC_TAGS)]
        try:
            if with_timeout(
                lambda: is_up_to_date(context.instance, object_store, clickhouse, day, settings.timezone),
                REPORT_TIMEOUT_SECONDS,
            ):
                requests = []
        except Exception:  # whatever the reason, the run will meet it, retry and report it
            context.log.exception("could not determine whether %s is published", day)
        try:
            missing = with_timeout(
                lambda: days_without_report(object_store.reports(), partitions, day), REPORT_TIMEOUT_SECONDS
            )
            requests += [_earlier(missed, day) for missed in _days_to_request(context, missing)]
        except Exception:  # the next tick looks again
            context.log.exception("could not determine which days before %s have no report", day)
        return requests or SkipReason(f"the report of {day} is published from unchanged inputs")

    return report_of_yesterday


def _earlier(missed: date, day: date) -> RunRequest:
    """After yesterday's, which people wait for. The key holds within one tick: a later one requests the day again."""
    tags = AUTOMATIC_TAGS | {PRIORITY_TAG: "-1"}
    return RunRequest(run_key=f"{missed}, missing before {day}", partition_key=missed.isoformat(), tags=tags)


def _days_to_request(context: ScheduleEvaluationContext, missing: Sequence[date]) -> list[date]:
    """Leave out the days that another run would not help, or is about to build; the tick's log says which."""
    if not missing:
        return []
    if failed := failed_blocking_checks(context.instance):
        context.log.warning("the MART failed %s: earlier days without a report are left alone", ", ".join(failed))
        return []
    in_progress = days_in_progress(context.instance, missing, context.scheduled_execution_time)
    return [day for day in missing if day not in in_progress and not _is_given_up(context, day)]


def _is_given_up(context: ScheduleEvaluationContext, day: date) -> bool:
    """Whether somebody canceled the run of the day, or automatic runs have had their chances."""
    finished = finished_automatic_runs(context.instance, daily_report.name, day)
    if any(run.status is DagsterRunStatus.CANCELED for run in finished):
        reason = "its run was canceled"
    elif len(finished) >= MOST_AUTOMATIC_RUNS:
        reason = f"automation has had {counted(len(finished), 'finished run')} of it"
    else:
        return False
    context.log.warning("%s has no report, and is not requested again: %s. `shop backfill` makes it", day, reason)
    return True
