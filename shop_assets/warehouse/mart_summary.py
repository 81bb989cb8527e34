"""MART after a run, for the asset's page: a small table, and the purchases of the last weeks."""

from collections.abc import Mapping, Sequence

from dagster import MarkdownMetadataValue

from shop_assets.documents.kinds import KINDS
from shop_assets.orchestration import charts
from shop_assets.orchestration.asset_metadata import CHART, SUMMARY, RawMetadataValue, sample_table
from shop_assets.warehouse.query_execution import Row


def mart_summary(kinds: Mapping[str, Row], days: Sequence[Row]) -> dict[str, RawMetadataValue]:
    """Summarises the rows of `mart_documents`, by kind, and the days of `purchases_by_day`."""
    table = sample_table(
        [
            {"": kind.name, "in the MART": kinds[kind.name]["documents"], "rejected": kinds[kind.name]["rejected"]}
            for kind in KINDS
            if kind.name in kinds
        ]
    )
    counts = {str(day["day"]): int(day["purchases"]) for day in days}
    amount = sum(float(day["amount"]) for day in days)
    line = f"{sum(counts.values()):,} purchases in {len(counts)} days, {amount:,.0f} ₽"
    return {
        SUMMARY: MarkdownMetadataValue(f"{table.value}\n\n{line} `{charts.sparkline(counts.values())}`"),
        CHART: MarkdownMetadataValue(charts.columns("Purchases a day", counts)),
    }
