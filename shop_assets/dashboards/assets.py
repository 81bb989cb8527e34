"""The asset of the HTML dashboard."""

import time

from dagster import AssetExecutionContext, AssetsDefinition, BackfillPolicy, MaterializeResult

from shop_assets.dashboards.metadata import page_metadata
from shop_assets.dashboards.page.page_writing import write_page
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CLICKHOUSE_MART,
    DASHBOARDS_GROUP,
    QUALITY_DASHBOARD_HTML,
    REPORT_CSV,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.orchestration.partition_records import recorded_partitions
from shop_assets.orchestration.partitions import daily_partitions, day_of
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import reader_resource


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """The asset, one partition per day. It reads the warehouse as the user who may not write."""
    warehouse = reader_resource(settings)

    @asset(
        key=QUALITY_DASHBOARD_HTML,
        group_name=DASHBOARDS_GROUP,
        owners=OWNERS,
        kinds={"clickhouse", "s3"},
        deps=[CLICKHOUSE_MART, CLICKHOUSE_CUSTOMER_FEATURES, REPORT_CSV],
        partitions_def=daily_partitions(settings),
        backfill_policy=BackfillPolicy.single_run(),
        description="quality_dashboard_YYYY_MM_DD.html: counts, quality, sales and features of the day, in one file.",
    )
    def quality_dashboard_html(
        context: AssetExecutionContext, object_store: ObjectStoreResource
    ) -> MaterializeResult[None]:
        reports = object_store.reports()
        with warehouse.client() as client, recorded_partitions(context) as record:
            for key in context.partition_keys:
                started = time.monotonic()
                page = write_page(client, reports, settings, day_of(key))
                record(page_metadata(reports.name, page, time.monotonic() - started), key)
        return MaterializeResult()

    return [quality_dashboard_html]
