"""The asset of the report."""

import time
from typing import Final

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    BackfillPolicy,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
)

from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.matrix_metadata import COPY_COLUMNS, PUBLICATION_ID
from shop_assets.language.counts import counted
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration import charts
from shop_assets.orchestration.asset_keys import (
    CUSTOMER_FEATURES_PARQUET,
    REPORT_CSV,
    REPORT_GROUP,
)
from shop_assets.orchestration.asset_metadata import (
    CHART,
    OWNERS,
    PARTITION_ROW_COUNT,
    SAMPLE,
    SUMMARY,
    RawMetadataValue,
    sample_table,
    stage_metadata,
)
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.orchestration.partition_records import recorded_partitions
from shop_assets.orchestration.partitions import daily_partitions, day_of
from shop_assets.report.csv_report import WrittenReport, write_report
from shop_assets.settings import Settings

SHOWN_FEATURES: Final = 5
"""The most frequent features, in the summary on the asset's page."""


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
                record(_metadata(reports.name, manifest, written, time.monotonic() - started), key)
        return MaterializeResult()

    return [report_csv]


def _metadata(
    bucket: str, manifest: PublicationManifest, written: WrittenReport, seconds: float
) -> dict[str, RawMetadataValue]:
    return (
        stage_metadata(
            rows_in=manifest.rows,
            rows_out=written.rows,
            rejected=0,
            seconds=seconds,
            bytes=written.bytes,
            path=MetadataValue.path(f"s3://{bucket}/{written.key}"),
            sha256=written.sha256,
        )
        | {
            PUBLICATION_ID: manifest.publication_id,
            SAMPLE: sample_table(written.first_rows),
            PARTITION_ROW_COUNT: written.rows,
        }
        | _summary(manifest, written)
        | COPY_COLUMNS
    )


def _summary(manifest: PublicationManifest, written: WrittenReport) -> dict[str, RawMetadataValue]:
    """The report's size and its most frequent features as a table, and a chart of the shares of all."""
    shares = {name: manifest.ones[name] / manifest.rows if manifest.rows else 0.0 for name in FEATURE_NAMES}
    most = sorted(shares, key=lambda name: -shares[name])[:SHOWN_FEATURES]
    table = sample_table([{"most frequent": name, "customers": f"{shares[name]:.0%}"} for name in most])
    line = f"{manifest.ds}: {counted(written.rows, 'customer')}, {counted(written.bytes, 'byte')}"
    return {
        SUMMARY: MarkdownMetadataValue(f"{line}\n\n{table.value}"),
        CHART: MarkdownMetadataValue(charts.share_bars(f"Customers with the feature, {manifest.ds}", shares)),
    }
