"""When the jobs run by themselves: the MART every morning, yesterday's report at 10:00 UTC.

They are off until somebody switches them on in the UI: a stack on a laptop should not run jobs that nobody asked for.
"""

from zoneinfo import ZoneInfo

from dagster import RunRequest, ScheduleDefinition, ScheduleEvaluationContext, schedule

from shop_assets.automation.days import yesterday
from shop_assets.automation.jobs import daily_report, ingest
from shop_assets.settings import Settings

INGEST_TIME = "0 6 * * *"  # four hours before the report, so that a failed morning can be mended in time
REPORT_TIME = "0 10 * * *"


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """The two schedules; the report's partition is the last whole day of the business time zone."""
    ingest_every_morning = ScheduleDefinition(
        name="ingest_every_morning",
        job=ingest,
        cron_schedule=INGEST_TIME,
        execution_timezone="UTC",
        description="06:00 UTC: from the JSON files to the MART.",
    )

    @schedule(
        job=daily_report,
        cron_schedule=REPORT_TIME,
        execution_timezone="UTC",
        description="10:00 UTC: yesterday's features and their CSV.",
    )
    def report_of_yesterday(context: ScheduleEvaluationContext) -> RunRequest:
        day = yesterday(context.scheduled_execution_time, ZoneInfo(settings.timezone)).isoformat()
        return RunRequest(run_key=day, partition_key=day)

    return [ingest_every_morning, report_of_yesterday]
