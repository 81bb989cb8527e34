"""Writes the page of a day next to the report."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.page.html import render
from shop_assets.dashboards.page.page_data import PageData, collect
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import BusinessSettings

CONTENT_TYPE: Final = "text/html; charset=utf-8"


@dataclass(frozen=True)
class WrittenPage:
    """A page that was written: its key, its size, and its data."""

    key: str
    bytes: int
    contents: PageData


def page_key(day: date) -> str:
    """The key of a day's page.

    Args:
        day: The day that the page is about.

    Returns:
        `quality_dashboard_YYYY_MM_DD.html`.
    """
    return f"quality_dashboard_{day:%Y_%m_%d}.html"


def write_page(client: Client, bucket: Bucket, settings: BusinessSettings, day: date) -> WrittenPage:
    """Write the page of a day, in place of an earlier one.

    Args:
        client: A client of the warehouse.
        bucket: The reports bucket.
        settings: The limits, the time zone and the language.
        day: The day of the page.

    Returns:
        The page.
    """
    contents = collect(client, settings, day)
    page = render(contents, settings)
    bucket.put(page_key(day), page, CONTENT_TYPE)
    return WrittenPage(page_key(day), len(page), contents)
