"""Takes the screenshots of the documentation from the running stack and its Dagster UI: `make screenshots`.

It needs Chromium on the machine, a stack with at least one run, and the UI (`shop ui`) at the address that is given.
"""

import base64
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from shop_assets.dashboards.page.html import render
from shop_assets.dashboards.page.page_data import collect
from shop_assets.orchestration.partitions import yesterday
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource

FOLDER = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]  # as in a container, without network
GAP = 20
HEIGHT = 1180
TIMEOUT_MS = 60_000  # the first page waits until the code server has loaded the definitions


def asset_graph(page: Page, address: str) -> None:
    """All assets, from the JSON files to the CSV."""
    page.set_viewport_size({"width": 2400, "height": 900})
    page.goto(f"{address}/asset-groups")
    page.get_by_text("landing").first.wait_for(timeout=TIMEOUT_MS)
    _skip_greeting(page)
    page.keyboard.press("Alt+e")  # expands all groups
    page.get_by_text("report_csv").first.wait_for(timeout=TIMEOUT_MS)
    page.wait_for_timeout(12_000)  # the graph zooms to its whole size, and the states of the assets arrive
    page.screenshot(path=FOLDER / "asset_graph.png")


def dashboard(browser: Browser) -> None:
    """The HTML dashboard: sales on a desktop in the light, the first screen of a phone in the dark, side by side."""
    settings = Settings.load()
    with (
        tempfile.TemporaryDirectory() as folder,
        clickhouse_resource(settings).process_config_and_initialize_cm() as warehouse,
        warehouse.client() as client,
    ):
        file = Path(folder) / "dashboard.html"
        day = yesterday(datetime.now(UTC), ZoneInfo(settings.timezone))
        file.write_bytes(render(collect(client, settings, day), settings))
        desktop = _screen(browser, f"{file.as_uri()}#shop-sales", 1280, "light")
        phone = _screen(browser, file.as_uri(), 390, "dark")
    both = browser.new_page(viewport={"width": 1280 + 390 + 3 * GAP, "height": HEIGHT + 2 * GAP})
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in (desktop, phone))
    style = f"margin:{GAP}px;display:flex;gap:{GAP}px;background:#d5dbe2"
    both.set_content(f'<body style="{style}">{images}</body>')
    both.screenshot(path=FOLDER / "dashboard.png")


def _screen(browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, locale="ru-RU")
    page.goto(address)
    page.wait_for_selector("html[data-drawn=yes]")
    if fragment := address.partition("#")[2]:
        page.evaluate("id => document.getElementById(id).scrollIntoView()", fragment)
    return page.screenshot()


def asset_page(page: Page, address: str) -> None:
    """The MART's state, freshness and automation, and its numbers over time."""
    page.set_viewport_size({"width": 1500, "height": 1000})
    page.goto(f"{address}/assets/clickhouse_mart?view=overview")
    page.get_by_text("Latest check results").wait_for(timeout=TIMEOUT_MS)
    _skip_greeting(page)
    page.get_by_text("Columns", exact=True).first.click()  # folds the long list of them
    plots = page.get_by_role("button", name="Plots")
    plots.click(timeout=TIMEOUT_MS)
    plots.evaluate("button => button.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(4_000)  # the plots are drawn
    page.screenshot(path=FOLDER / "asset_plots.png")


def checks(page: Page, address: str) -> None:
    """The checks of the MART, and the newest answer of one."""
    page.set_viewport_size({"width": 1500, "height": 760})
    page.goto(f"{address}/assets/clickhouse_mart?view=checks&checkDetail=mart_equals_raw")
    page.get_by_text("Latest execution").wait_for(timeout=TIMEOUT_MS)
    _skip_greeting(page)
    page.wait_for_timeout(4_000)
    page.screenshot(path=FOLDER / "checks.png")


def _skip_greeting(page: Page) -> None:
    greeting = page.get_by_role("button", name="Skip")
    if greeting.is_visible():
        greeting.click()


SCREENSHOTS = (asset_graph, asset_page, checks)


def main(address: str) -> None:
    """Takes all screenshots; `address` is that of the Dagster UI."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed for the screenshots: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        for screenshot in SCREENSHOTS:
            screenshot(page, address.rstrip("/"))
        dashboard(browser)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
