"""What a person wants to see of a report: how large it is, and how many customers have each feature."""

from typing import Final

from dagster import MarkdownMetadataValue

from shop_assets.features.catalogue import FEATURE_NAMES
from shop_assets.features.manifest import Manifest
from shop_assets.orchestration import charts
from shop_assets.orchestration.asset_metadata import CHART, SUMMARY, RawMetadataValue, sample_table
from shop_assets.report.csv_report import WrittenReport

SHOWN: Final = 5


def report_summary(manifest: Manifest, written: WrittenReport) -> dict[str, RawMetadataValue]:
    """The report's size and its most frequent features as a table, and a chart of the shares of all."""
    shares = {name: manifest.ones[name] / manifest.rows if manifest.rows else 0.0 for name in FEATURE_NAMES}
    most = sorted(shares, key=lambda name: -shares[name])[:SHOWN]
    table = sample_table([{"most frequent": name, "customers": f"{shares[name]:.0%}"} for name in most])
    line = f"{manifest.ds}: {written.rows:,} customers, {written.bytes:,} bytes"
    return {
        SUMMARY: MarkdownMetadataValue(f"{line}\n\n{table.value}"),
        CHART: MarkdownMetadataValue(charts.share_bars(f"Customers with the feature, {manifest.ds}", shares)),
    }
