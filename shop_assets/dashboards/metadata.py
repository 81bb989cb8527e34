"""What Dagster shows of the HTML dashboard."""

from dagster import MetadataValue

from shop_assets.dashboards.page.page_writing import WrittenPage
from shop_assets.orchestration.asset_metadata import RawMetadataValue, stage_metadata


def page_metadata(bucket: str, page: WrittenPage, seconds: float) -> dict[str, RawMetadataValue]:
    """The metadata of a day's page: its size, its place and the alerts that fire."""
    return stage_metadata(
        rows_in=page.contents.rows,
        rows_out=page.contents.rows,
        rejected=0,
        seconds=seconds,
        bytes=page.bytes,
        path=MetadataValue.path(f"s3://{bucket}/{page.key}"),
        alerts=MetadataValue.json([f"{found.alert.title}: {found.instance}" for found in page.contents.firing]),
    )
