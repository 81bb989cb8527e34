"""The three jobs: the data up to the MART, a day's features and report, and both."""

from typing import Final

from dagster import AssetSelection, define_asset_job

INGEST_GROUPS: Final = ("landing", "document_store", "topics", "warehouse")
REPORT_GROUPS: Final = ("features", "report", "dashboards")

ingest = define_asset_job(
    "ingest",
    selection=AssetSelection.groups(*INGEST_GROUPS),
    description="From the JSON files to the MART. It has no partitions: it takes what is new.",
)
daily_report = define_asset_job(
    "daily_report",
    selection=AssetSelection.groups(*REPORT_GROUPS),
    description="The features of one day, their CSV and the HTML dashboard, from the MART as it lies.",
)
everything = define_asset_job(
    "everything",
    selection=AssetSelection.groups(*INGEST_GROUPS, *REPORT_GROUPS),
    description="From the JSON files to the CSV of one day.",
)

JOBS: Final = [ingest, daily_report, everything]
