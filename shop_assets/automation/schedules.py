"""Schedules of the jobs: the MART every morning, yesterday's report at 10:00 UTC.

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

from shop_assets.automation.jobs import AUTOMATIC_TAGS, daily_report, ingest
from shop_assets.automation.up_to_date import is_up_to_date, with_timeout
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.partitions import yesterday
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import ClickHouseResource

INGEST_TIME = "0 6 * * *"  # four hours before the report, so that a failed morning can be fixed in time
REPORT_TIME = "0 10 * * *"


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """Build the two schedules.

    Args:
        settings: Whether they are on, and the business time zone, whose last complete day the report is about.

    Returns:
        The schedules.
    """
    status = DefaultScheduleStatus.RUNNING if settings.automation else DefaultScheduleStatus.STOPPED
    ingest_every_morning = ScheduleDefinition(
        name="ingest_every_morning",
        job=ingest,
        cron_schedule=INGEST_TIME,
        execution_timezone="UTC",
        tags=AUTOMATIC_TAGS,
        default_status=status,
        description="06:00 UTC: from the JSON files to the MART.",
    )

    @schedule(
        job=daily_report,
        cron_schedule=REPORT_TIME,
        execution_timezone="UTC",
        default_status=status,
        description="10:00 UTC: yesterday's features and CSV, unless they are already published from the same inputs.",
    )
    def report_of_yesterday(
        context: ScheduleEvaluationContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
    ) -> RunRequest | SkipReason:
        day = yesterday(context.scheduled_execution_time, ZoneInfo(settings.timezone))
        try:
            if with_timeout(lambda: is_up_to_date(context.instance, object_store, clickhouse, day, settings.timezone)):
                return SkipReason(f"the report of {day} is published from unchanged inputs")
        except Exception:  # whatever the reason, the run will meet it, retry and report it
            context.log.exception("could not determine whether %s is published", day)
        return RunRequest(run_key=day.isoformat(), partition_key=day.isoformat(), tags=AUTOMATIC_TAGS)

    return [ingest_every_morning, report_of_yesterday]
