"""What Dagster shows of a report."""

from typing import Final

from dagster import MarkdownMetadataValue, MetadataValue

from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.metadata import COPY_COLUMNS, PUBLICATION_ID
from shop_assets.language.counts import counted
from shop_assets.orchestration import charts
from shop_assets.orchestration.asset_metadata import (
    CHART,
    PARTITION_ROW_COUNT,
    SAMPLE,
    SUMMARY,
    RawMetadataValue,
    sample_table,
    stage_metadata,
)
from shop_assets.report.csv_report import WrittenReport

SHOWN_FEATURES: Final = 5
"""The most frequent features, in the summary on the asset's page."""


def report_metadata(
    bucket: str, manifest: PublicationManifest, written: WrittenReport, seconds: float
) -> dict[str, RawMetadataValue]:
    """The metadata of a day's report: its size, its place, a summary and its columns."""
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
