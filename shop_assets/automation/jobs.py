"""The jobs: the data up to the MART, a day's features and report, both, and every check without making anything."""

from typing import Final

from dagster import AssetSelection, define_asset_job

from shop_assets.orchestration.retries import RETRIES_TAG

INGEST_GROUPS: Final = ("landing", "document_store", "topics", "warehouse")
REPORT_GROUPS: Final = ("features", "report", "dashboards")
AUTOMATIC_TAGS: Final = {RETRIES_TAG: "3", "shop/started_by": "automation"}
"""Of a run that nobody waits for: it tries again what can pass."""

ingest = define_asset_job(
    "ingest",
    selection=AssetSelection.groups(*INGEST_GROUPS),
    description="From the JSON files to the MART. It has no partitions: it takes what is new.",
)
daily_report = define_asset_job(
    "daily_report",
    selection=AssetSelection.groups(*REPORT_GROUPS),
    description="Features, CSV and HTML dashboard of a day, or of a range of days in one Spark session, from the MART.",
)
everything = define_asset_job(
    "everything",
    selection=AssetSelection.groups(*INGEST_GROUPS, *REPORT_GROUPS),
    description="From the JSON files to the CSV of one day.",
)
checks = define_asset_job(
    "checks",
    selection=AssetSelection.all_asset_checks(),
    description="Every check on what lies there now; nothing is materialized.",
)

JOBS: Final = [ingest, daily_report, everything, checks]
INGESTING_JOBS: Final = ("ingest", "everything")
