"""Every column of the MART's views is described, in one place that the documentation repeats."""

import re
from pathlib import Path

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.mart.mart_columns import COLUMNS
from shop_assets.warehouse.metadata import column_types

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "mart.md"


def test_the_views_have_the_columns_that_are_described_and_no_others(client: Client) -> None:
    for view, columns in COLUMNS.items():
        assert list(column_types(client, f"mart.{view}")) == list(columns)


def test_the_documentation_says_of_every_column_what_the_assets_page_says() -> None:
    sections = re.split(r"^## mart\.(\w+)$", DOCUMENTATION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    shown = {
        view: dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
        for view, text in zip(sections[::2], sections[1::2], strict=True)
    }
    assert shown == COLUMNS
