"""The page of yesterday on the default data, made once: drawing costs seconds."""

from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.dashboards.page.html import render
from shop_assets.dashboards.page.page_data import PageData, collect
from shop_assets.settings import Settings
from shop_assets_tests.dashboards.made_shop import YESTERDAY
from shop_assets_tests.dashboards.page.reading import ReadPage

_made: dict[str, tuple[PageData, bytes]] = {}


@pytest.fixture
def made(request: pytest.FixtureRequest, settings: Settings) -> tuple[PageData, bytes]:
    if not _made:
        client: Client = request.getfixturevalue("default_shop")
        contents = collect(client, settings, YESTERDAY)
        _made["page"] = (contents, render(contents, settings))
    return _made["page"]


@pytest.fixture
def contents(made: tuple[PageData, bytes]) -> PageData:
    return made[0]


@pytest.fixture
def page(made: tuple[PageData, bytes]) -> ReadPage:
    return ReadPage(made[1].decode())


@pytest.fixture
def page_file(made: tuple[PageData, bytes], tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_bytes(made[1])
    return file
