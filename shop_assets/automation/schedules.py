"""When the jobs run by themselves: the MART every morning, yesterday's report at 10:00 UTC.

They are on from the start only where `SHOP_AUTOMATION` says so: a stack on a laptop should not run jobs that nobody
asked for.
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

INGEST_TIME = "0 6 * * *"  # four hours before the report, so that a failed morning can be mended in time
REPORT_TIME = "0 10 * * *"


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """The two schedules; the report's partition is the last whole day of the business time zone."""
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
        description="10:00 UTC: yesterday's features and their CSV, unless they are published from the same inputs.",
    )
    def report_of_yesterday(
        context: ScheduleEvaluationContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
    ) -> RunRequest | SkipReason:
        day = yesterday(context.scheduled_execution_time, ZoneInfo(settings.timezone))
        try:
            if with_timeout(lambda: is_up_to_date(context.instance, object_store, clickhouse, day, settings.timezone)):
                return SkipReason(f"the report of {day} is published, and what it was made of has not changed")
        except Exception:  # whatever keeps us from knowing, the run will find it out, try again, and tell
            context.log.exception("whether %s is published could not be found out", day)
        return RunRequest(run_key=day.isoformat(), partition_key=day.isoformat(), tags=AUTOMATIC_TAGS)

    return [ingest_every_morning, report_of_yesterday]
