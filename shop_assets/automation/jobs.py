"""The jobs: data up to the MART, features and report of a day, both, every check on its own, and personal data."""

from typing import Final

from dagster import AssetSelection, define_asset_job

from shop_assets.automation.personal_data_jobs import erase_customer, rotate_keys
from shop_assets.orchestration.asset_keys import (
    DASHBOARDS_GROUP,
    DOCUMENT_STORE_GROUP,
    FEATURES_GROUP,
    LANDING_GROUP,
    REPORT_GROUP,
    TOPICS_GROUP,
    WAREHOUSE_GROUP,
)
from shop_assets.orchestration.mart_blocking_checks import MART_BLOCKING_CHECKS

INGEST_GROUPS: Final = (LANDING_GROUP, DOCUMENT_STORE_GROUP, TOPICS_GROUP, WAREHOUSE_GROUP)
REPORT_GROUPS: Final = (FEATURES_GROUP, REPORT_GROUP, DASHBOARDS_GROUP)
ingest = define_asset_job(
    "ingest",
    selection=AssetSelection.groups(*INGEST_GROUPS),
    description="From the JSON files to the MART. Unpartitioned: processes whatever is new.",
)
daily_report = define_asset_job(
    "daily_report",
    selection=AssetSelection.groups(*REPORT_GROUPS) | AssetSelection.checks(*MART_BLOCKING_CHECKS),
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
    description="Runs every check; materializes nothing.",
)

JOBS: Final = (ingest, daily_report, everything, checks, erase_customer, rotate_keys)
INGESTING_JOBS: Final = (ingest.name, everything.name)
