"""When the jobs run by themselves: the MART every morning, yesterday's report at 10:00 UTC.

They are off until somebody switches them on in the UI: a stack on a laptop should not run jobs that nobody asked for.
"""

from typing import Final

from dagster import ScheduleDefinition, build_schedule_from_partitioned_job

from shop_assets.automation.jobs import daily_report, ingest

ingest_every_morning = ScheduleDefinition(
    name="ingest_every_morning",
    job=ingest,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    description="06:00 UTC: four hours before the report, so that a failed morning can be mended.",
)
