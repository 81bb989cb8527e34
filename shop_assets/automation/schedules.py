"""Schedules of the jobs: the MART at 06:00 UTC, yesterday's report at 10:00, unless settings say otherwise.

They are on from the start only if `SHOP_AUTOMATION` is set: a stack on a laptop should not run jobs that nobody
requested.
"""

from zoneinfo import ZoneInfo

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from shop_assets.automation.jobs import daily_report, ingest
from shop_assets.automation.up_to_date import is_up_to_date, missed_days, with_timeout
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.automatic_runs import AUTOMATIC_TAGS
from shop_assets.orchestration.partitions import yesterday
from shop_assets.orchestration.schedule_times import require_cron
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import ClickHouseResource


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
    @schedule(
        job=daily_report,
        cron_schedule=settings.report_schedule,
        execution_timezone="UTC",
        default_status=_status(settings),
        description="Yesterday's features and CSV, unless they are already published from the same inputs; and "
        "those of the days before it that a stopped daemon missed.",
    )
    def report_of_yesterday(
        context: ScheduleEvaluationContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
    ) -> list[RunRequest] | SkipReason:
        day = yesterday(context.scheduled_execution_time, ZoneInfo(settings.timezone))
        requests: list[RunRequest] = []
        try:
            for missed in with_timeout(lambda: missed_days(object_store.reports(), day)):
                key = f"{missed}, missed before {day}"
                requests.append(RunRequest(run_key=key, partition_key=missed.isoformat(), tags=AUTOMATIC_TAGS))
            if with_timeout(lambda: is_up_to_date(context.instance, object_store, clickhouse, day, settings.timezone)):
                return requests or SkipReason(f"the report of {day} is published from unchanged inputs")
        except Exception:  # whatever the reason, the run will meet it, retry and report it
            context.log.exception("could not determine whether %s is published", day)
        newest = RunRequest(run_key=day.isoformat(), partition_key=day.isoformat(), tags=AUTOMATIC_TAGS)
        return [*requests, newest]

    return report_of_yesterday
