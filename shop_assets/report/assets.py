"""The asset of the report."""

import time

from dagster import AssetExecutionContext, AssetsDefinition, BackfillPolicy, MaterializeResult

from shop_assets.features.manifest import PublicationManifest
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    CUSTOMER_FEATURES_PARQUET,
    REPORT_CSV,
    REPORT_GROUP,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.orchestration.partition_records import recorded_partitions
from shop_assets.orchestration.partitions import daily_partitions, day_of
from shop_assets.report.csv_report import write_report
from shop_assets.report.metadata import report_metadata
from shop_assets.settings import Settings


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """Build the asset `report_csv`, one partition per day.

    Args:
        settings: The first day and the time zone.

    Returns:
        The asset.
    """

    @asset(
        key=REPORT_CSV,
        group_name=REPORT_GROUP,
        owners=OWNERS,
        kinds={"polars", "csv", "s3"},
        deps=[CUSTOMER_FEATURES_PARQUET],
        partitions_def=daily_partitions(settings),
        backfill_policy=BackfillPolicy.single_run(),
        description="analytic_result_YYYY_MM_DD.csv: the published feature matrix of the day, one line per customer.",
    )
    def report_csv(context: AssetExecutionContext, object_store: ObjectStoreResource) -> MaterializeResult[None]:
        features, reports = object_store.features(), object_store.reports()
        with recorded_partitions(context) as record:
            for key in context.partition_keys:
                started = time.monotonic()
                manifest = PublicationManifest.require(features, day_of(key))
                written = write_report(features, reports, manifest)
                record(report_metadata(reports.name, manifest, written, time.monotonic() - started), key)
        return MaterializeResult()

    return [report_csv]
