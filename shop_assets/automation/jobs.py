"""The jobs: data up to the MART, features and report of a day, both, every check on its own, and personal data."""

from typing import Final

from dagster import AssetCheckKey, AssetSelection, define_asset_job

from shop_assets.automation.personal_data_jobs import erase_customer, rotate_keys
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    DASHBOARDS_GROUP,
    DOCUMENT_STORE_GROUP,
    FEATURES_GROUP,
    LANDING_GROUP,
    MART_EQUALS_MONGODB,
    MART_EQUALS_RAW,
    PERSONAL_DATA_IS_ENCRYPTED,
    REPORT_GROUP,
    TOPICS_GROUP,
    WAREHOUSE_GROUP,
)

INGEST_GROUPS: Final = (LANDING_GROUP, DOCUMENT_STORE_GROUP, TOPICS_GROUP, WAREHOUSE_GROUP)
REPORT_GROUPS: Final = (FEATURES_GROUP, REPORT_GROUP, DASHBOARDS_GROUP)
MART_GUARDS: Final = tuple(
    AssetCheckKey(CLICKHOUSE_MART, name) for name in (MART_EQUALS_RAW, MART_EQUALS_MONGODB, PERSONAL_DATA_IS_ENCRYPTED)
)
"""The checks of MART that block. Dagster blocks within a run alone, and the report is another run than the MART's."""

ingest = define_asset_job(
    "ingest",
    selection=AssetSelection.groups(*INGEST_GROUPS),
    description="From the JSON files to the MART. Unpartitioned: processes whatever is new.",
)
daily_report = define_asset_job(
    "daily_report",
    selection=AssetSelection.groups(*REPORT_GROUPS) | AssetSelection.checks(*MART_GUARDS),
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
